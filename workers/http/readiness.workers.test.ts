import { exports } from 'cloudflare:workers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { eventually } from '../../tests/setup/eventually.ts'

// The deep check in workerd itself: real bindings, real queues with their consumers, real objects, a real database.

interface Check {
  name: string
  ok: boolean
  detail: string | null
}

const quiet = ['info', 'warn', 'error'] as const
beforeAll(() => quiet.forEach((level) => vi.spyOn(console, level).mockImplementation(() => undefined)))
afterAll(() => vi.restoreAllMocks())

const ask = async () => {
  const response = await exports.default.fetch('http://platform.test/readyz')
  const { checks } = (await response.json()) as { checks: Check[] }
  return { status: response.status, of: (name: string) => checks.find((check) => check.name === name), checks }
}

test('GET /readyz asks everything that the Worker is bound to, and names what is away', async () => {
  // A check may be too late on a machine with much to do, and is asked again then.
  const { of } = await eventually(async () => {
    const { status, of, checks } = await ask()
    const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name)
    // No sandbox host is there in this test.
    expect([status, failed]).toEqual([503, ['sandbox provider']])
    return { of }
  })
  expect(of('database')?.detail).toMatch(/^migration \d{4}_/)
  for (const name of ['Session', 'Organization', 'RateLimiter']) expect(of(`object ${name}`)).toMatchObject({ ok: true })
})

test('a canary goes round in each queue', async () => {
  await ask()
  await eventually(async () => {
    const { of } = await ask()
    for (const queue of ['deliveries', 'drains', 'runs', 'effects']) {
      expect(of(`queue ${queue}`)?.detail).toMatch(/^Last canary \d+ s ago, round trip \d+ ms$/)
    }
  })
})

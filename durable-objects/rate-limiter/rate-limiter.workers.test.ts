import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { cloudflareRateLimits, RATE_LIMITS } from '../../adapters/cloudflare/rate-limits.ts'
import { recordingLog } from '../../tests/platform.ts'

const limits = (apiKeyLimit: number, log = recordingLog()) =>
  cloudflareRateLimits({
    bindings: { address: env.RATE_ADDRESS, user: env.RATE_USER, organization: env.RATE_ORGANIZATION },
    counters: env.RATE_LIMITER,
    apiKeyLimit,
    log,
  })

test('an API key is counted exactly, also by many requests at once and across an eviction', async () => {
  const key = crypto.randomUUID()
  const answers = await Promise.all(Array.from({ length: 20 }, () => limits(10).take('api_key', key)))
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10)
  expect(answers.map(({ remaining }) => remaining).sort((a, b) => (b ?? 0) - (a ?? 0))[0]).toBe(9)
  await evictDurableObject(env.RATE_LIMITER.getByName(`api_key:${key}`))
  const after = await limits(10).take('api_key', key)
  expect(after).toMatchObject({ allowed: false, policy: 'api_key', limit: 10, remaining: 0 })
  expect(after.resetMs).toBeGreaterThan(0)
  expect((await limits(10).take('api_key', crypto.randomUUID())).allowed).toBe(true)
})

test('a window that is over is forgotten', async () => {
  const stub = env.RATE_LIMITER.getByName(crypto.randomUUID())
  const take = async (nowMs: number) => {
    const content = JSON.stringify([{ limit: 1, windowMs: 60_000, nowMs }])
    const response = await stub.fetch('https://itty-durable/do/call/take', { headers: { 'do-content': content } })
    return (await response.json()) as { allowed: boolean; resetMs: number }
  }
  expect(await take(1_000_000)).toMatchObject({ allowed: true, resetMs: 60_000 })
  expect(await take(1_020_000)).toMatchObject({ allowed: false, resetMs: 40_000 })
  expect(await take(1_060_000)).toMatchObject({ allowed: true })
})

test('the runtime counts a person up to the limit that wrangler.toml gives it', async () => {
  const person = crypto.randomUUID()
  const counting = limits(1)
  const answers: boolean[] = []
  // Its windows are minutes of the clock, of which the test may meet two.
  while (!answers.includes(false) && answers.length <= 2 * RATE_LIMITS.user) {
    const hundred = await Promise.all(Array.from({ length: 100 }, () => counting.take('user', person)))
    answers.push(...hundred.map(({ allowed }) => allowed))
  }
  expect(answers).toContain(false)
  expect(answers.filter((allowed) => allowed).length).toBeGreaterThanOrEqual(RATE_LIMITS.user)
})

test('when a counter is away the request passes, and the log says so', async () => {
  const log = recordingLog()
  const away = { limit: () => Promise.reject(new Error('away')) }
  const counting = cloudflareRateLimits({
    bindings: { address: away, user: away, organization: away },
    counters: env.RATE_LIMITER,
    apiKeyLimit: 1,
    log,
  })
  expect((await counting.take('address', '203.0.113.1')).allowed).toBe(true)
  expect(log.entries.map(({ event }) => event)).toEqual(['rate_limit.unavailable'])
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { structuredLog } from './log.ts'

const lines: string[] = []
beforeEach(() => {
  lines.length = 0
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(line))
  }
})
afterEach(() => vi.restoreAllMocks())

const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>

test('an event is one line of JSON with what the world was opened with', () => {
  structuredLog({ requestId: 'r-1', traceId: 't-1' }).info('http.request', { status: 200 })
  expect(last()).toMatchObject({ level: 'info', event: 'http.request', requestId: 'r-1', traceId: 't-1', status: 200 })
  expect(lines).toHaveLength(1)
})

test('no line holds a secret, by name or by shape, in fields or in what is bound', () => {
  const log = structuredLog({ authorization: 'Bearer abcdefghijkl' })
  log.error('failed', { error: 'connect postgres://app:hunter2@db.example/x', headers: { cookie: 'session=1' } })
  expect(lines.join('')).not.toMatch(/hunter2|session=1|abcdefghijkl/)
  expect(last()).toMatchObject({ authorization: '[redacted]', headers: { cookie: '[redacted]' } })
})

test('LOG_LEVEL says the least level that is written', () => {
  const log = structuredLog({}, { level: 'warn' })
  log.info('quiet')
  log.warn('heard')
  log.error('heard')
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['warn', 'error'])
})

test('a line has a bounded size, and says what was cut', () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`field${i}`, 'word '.repeat(500)]))
  structuredLog({ requestId: 'r-1' }).warn('huge', many)
  expect(lines[0]?.length).toBeLessThan(16_000)
  expect(last()).toMatchObject({ event: 'huge', requestId: 'r-1', cut: { fields: expect.arrayContaining(['field0']) } })
})

test('a field cannot pass for the event or its level', () => {
  structuredLog().info('real', { event: 'forged', level: 'error', at: 'never' })
  expect(last()).toMatchObject({ event: 'real', level: 'info' })
})

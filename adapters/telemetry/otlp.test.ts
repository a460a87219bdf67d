import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { observeWork } from '#kernel/observe-work'
import { type OtlpCollector, startOtlpCollector } from '../../tests/fakes/otlp-collector.ts'
import { systemClock, systemIds } from '../system.ts'
import { structuredLog } from '../log.ts'
import { otlpTelemetry, readHeaders } from './otlp.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
let collector: OtlpCollector
const system = { clock: systemClock, ids: systemIds }
const warnings: string[] = []
beforeEach(async () => {
  collector = await startOtlpCollector()
  warnings.length = 0
  for (const level of ['info', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void warnings.push(line))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await collector.close()
})

const exporter = () =>
  otlpTelemetry({
    endpoint: `${collector.url}/`,
    headers: { 'x-key': 'collector key' },
    resource: { 'service.name': 'proliferate-edge' },
  })

test('logs and spans arrive as the protocol wants them, in one request each, with the key of the collector', async () => {
  const telemetry = exporter()
  const log = structuredLog({ traceId: TRACE }, { telemetry })
  log.info('first', { count: 1, ratio: 0.5, ok: true, list: ['a', 2], nested: { a: 1 }, absent: null, odd: Number.NaN })
  const work = { event: 'run.step', kind: 'consumer' as const, traceId: TRACE, fields: { runId: 'r-1' } }
  await observeWork({ ...system, log, telemetry }, work, async () => ({ fields: { result: 'done' } }))
  expect(collector.requests).toEqual([])
  await telemetry.flush()
  expect(collector.problems).toEqual([])
  expect(collector.requests.map(({ path, headers }) => [path, headers['x-key']]).toSorted()).toEqual([
    ['/v1/logs', 'collector key'],
    ['/v1/traces', 'collector key'],
  ])
  expect(collector.logs.map(({ body, traceId }) => [body, traceId])).toEqual([
    [{ stringValue: 'first' }, TRACE],
    [{ stringValue: 'run.step' }, TRACE],
  ])
  const [span] = collector.spans
  expect(span).toMatchObject({ traceId: TRACE, name: 'run.step', kind: 5, status: {} })
  expect(collector.logs[1]?.spanId).toBe(span?.spanId)
  expect(collector.logs[0]?.attributes).toEqual(
    expect.arrayContaining([
      { key: 'count', value: { intValue: '1' } },
      { key: 'ratio', value: { doubleValue: 0.5 } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '2' }] } } },
      { key: 'odd', value: { stringValue: 'NaN' } },
    ]),
  )
  expect(collector.resources[0]).toEqual([{ key: 'service.name', value: { stringValue: 'proliferate-edge' } }])
})

test('work that fails is told as failed, and its error goes on', async () => {
  const telemetry = exporter()
  const log = structuredLog({}, { telemetry })
  const work = { event: 'cron.job', kind: 'internal' as const, traceId: TRACE, fields: {} }
  const failing = observeWork({ ...system, log, telemetry }, work, () => Promise.reject(new Error('away')))
  await expect(failing).rejects.toThrow('away')
  await telemetry.flush()
  expect(collector.spans).toMatchObject([{ status: { code: 2, message: 'away' } }])
  expect(collector.logs).toMatchObject([{ severityText: 'ERROR' }])
})

test('no secret leaves with it', async () => {
  const telemetry = exporter()
  structuredLog({}, { telemetry }).info('signed in', { password: 'hunter2', note: 'Bearer abcdefghijkl' })
  await telemetry.flush()
  expect(JSON.stringify(collector.logs)).not.toMatch(/hunter2|abcdefghijkl/)
})

test('nothing is sent twice, and nothing when nothing was said', async () => {
  const telemetry = exporter()
  structuredLog({}, { telemetry }).info('once')
  await telemetry.flush()
  await telemetry.flush()
  expect(collector.requests).toHaveLength(1)
})

test('a collector that refuses costs nothing but a count of what was dropped', async () => {
  collector.behaviour = 503
  const telemetry = exporter()
  const log = structuredLog({}, { telemetry })
  for (let line = 0; line < 450; line += 1) log.info('line')
  await telemetry.flush()
  // One refused request is enough of an answer; the key stays out of the words.
  expect(collector.requests).toHaveLength(1)
  expect(warnings.map((line) => JSON.parse(line))).toEqual([
    { level: 'warn', event: 'telemetry.failed', error: 'HTTP 503' },
    { level: 'warn', event: 'telemetry.dropped', dropped: 450 },
  ])
})

test('a collector that is not there is survived', async () => {
  await collector.close()
  const telemetry = exporter()
  structuredLog({}, { telemetry }).info('line')
  await telemetry.flush()
  expect(warnings.map((line) => JSON.parse(line).event)).toEqual(['telemetry.failed', 'telemetry.dropped'])
})

test('a collector that hangs is given up after five seconds', async () => {
  collector.behaviour = 'hang'
  const deadlines = vi.spyOn(globalThis, 'setTimeout')
  const telemetry = exporter()
  structuredLog({}, { telemetry }).info('line')
  await telemetry.flush()
  expect(deadlines.mock.calls.map(([, milliseconds]) => milliseconds)).toContain(5_000)
  expect(JSON.parse(warnings.at(-1) ?? '')).toMatchObject({ event: 'telemetry.dropped', dropped: 1 })
})

test('an invocation that says endlessly much is cut off, and the rest counted', async () => {
  const telemetry = exporter()
  const log = structuredLog({}, { telemetry })
  for (let line = 0; line < 2_100; line += 1) log.info('line')
  await telemetry.flush()
  expect(collector.logs).toHaveLength(2_000)
  expect(collector.requests).toHaveLength(10)
  expect(JSON.parse(warnings.at(-1) ?? '')).toMatchObject({ dropped: 100 })
})

test('headers are read as OTEL_EXPORTER_OTLP_HEADERS is', () => {
  expect(readHeaders('Authorization=Basic%20abc=, x-team = a ,broken,=x, bad name=1')).toEqual({
    authorization: 'Basic abc=',
    'x-team': 'a',
  })
  expect(readHeaders(undefined)).toEqual({})
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Platform } from '#adapters/platform'
import { noTelemetry } from '#kernel/telemetry'
import { handMovedClock, recordingLog, sequentialIds } from '../../tests/platform.ts'
import { runJobs, SCHEDULE } from './jobs.ts'

test('a job that fails is reported and never stops the others', async () => {
  const log = recordingLog()
  const ran: string[] = []
  const job = (name: string, error?: Error) => ({
    name,
    run: async () => {
      ran.push(name)
      if (error) throw error
      return { rows: 1 }
    },
  })
  const platform = { log, clock: handMovedClock(), ids: sequentialIds(), telemetry: noTelemetry } as unknown as Platform
  await runJobs(platform, [job('first', new Error('The database is away')), job('second')])
  expect(ran).toEqual(['first', 'second'])
  expect(log.entries).toMatchObject([
    { level: 'error', event: 'cron.job', fields: { alert: true, job: 'first', error: 'The database is away' } },
    { level: 'info', event: 'cron.job', fields: { job: 'second', rows: 1, durationMs: 0, error: null } },
  ])
  expect(new Set(log.entries.map(({ fields }) => fields['traceId'])).size).toBe(2)
})

test('the schedule knows exactly the cron expressions of wrangler.toml', () => {
  const text = readFileSync(join(import.meta.dirname, '../../wrangler.toml'), 'utf8')
  const crons = JSON.parse(/^crons = (\[.*\])$/m.exec(text)?.[1] ?? '[]') as string[]
  expect(Object.keys(SCHEDULE).toSorted()).toEqual(crons.toSorted())
})

test('every job of the schedule has a name of its own', () => {
  const names = Object.values(SCHEDULE).flatMap((jobs) => jobs.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(['fire-schedules', 'queue-due-polls', 'sweep-inbox', 'sweep-outbox', 'finalize-runs', 'collect-inbox', 'collect-skipped-events', 'collect-outbox', 'collect-idempotency-keys', 'collect-spent-access', 'renew-webhooks'])
})

import { expect, test } from 'vitest'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { manual } from '../manual/module.ts'
import { scheduled } from './module.ts'

const event = (eventType: string): NormalizedEvent => ({
  provider: 'scheduled',
  eventType,
  providerEventType: 'schedule',
  occurredAt: '2026-11-21T09:00:00.000Z',
  dedupKey: 'schedule:1:2026-11-21T09:00:00.000Z',
  title: 'Every morning',
  url: null,
  context: {},
})

const [clock] = scheduled.triggers.types
const [person] = manual.triggers.types

test('a schedule takes an expression and a time zone, UTC when it is left out, and nothing else', () => {
  const configured = clock?.configure({ cronExpression: ' 0 9 * * * ' })
  expect(configured).toMatchObject({ ok: true, config: { cronExpression: '0 9 * * *', timezone: 'UTC' } })
  const refused = clock?.configure({ timezone: '', seconds: 1 })
  expect(refused).toMatchObject({ ok: false, issues: [{ path: 'cronExpression' }, { path: 'timezone' }, { path: '' }] })
  expect(person?.configure({ anything: 1 })).toMatchObject({ ok: false })
})

test('the clock and people wake only the triggers that listen to them, and say so', () => {
  const byClock = clock?.configure({ cronExpression: '0 9 * * *' })
  const byPerson = person?.configure({})
  if (!byClock?.ok || !byPerson?.ok) throw new TypeError('not configured')
  expect(byClock.matches(event('schedule_fired'))).toEqual({ matched: true })
  expect(byPerson.matches(event('run_requested'))).toEqual({ matched: true })
  const reason = 'the event is run_requested, this listens to the clock'
  expect(byClock.matches(event('run_requested'))).toEqual({ matched: false, reason })
  expect(byPerson.matches(event('schedule_fired'))).toMatchObject({ matched: false })
})

test('nobody sends or fetches these events: they have no webhook and no polling', () => {
  expect(clock?.mechanisms).toEqual(['scheduled'])
  expect(person?.mechanisms).toEqual(['manual'])
  for (const { triggers } of [scheduled, manual]) expect(Object.keys(triggers)).toEqual(['types'])
})

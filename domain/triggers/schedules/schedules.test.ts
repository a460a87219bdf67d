import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryRows } from '#kernel/database'
import { HOUR_MS, MINUTE_MS } from '#kernel/durations'
import { type InboxMember, type InboxWorld, openInboxWorld } from '../../../tests/setup/inbox-world.ts'
import { updateTrigger } from '../change-trigger.ts'
import { fireSchedules } from './fire-schedules.ts'
import {
  createSchedule,
  deleteSchedule,
  listSchedules,
  previewSchedule,
  showSchedule,
  updateSchedule,
} from './manage-schedules.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

const hourly = { name: 'Every hour', cronExpression: '0 * * * *', timezone: 'UTC', enabled: true }

/** An automation's schedule; the trigger it comes with is made beside it. */
async function schedule(member: InboxMember, given: Partial<typeof hourly> = {}) {
  const { automationId } = await member.listen()
  return createSchedule(needs, { actor: member.actor, automationId, schedule: { ...hourly, ...given } })
}

async function runsOf(automationId: string) {
  return queryRows(
    needs.db,
    sql`select e.dedup_key, e.title, r.status from trigger_events e left join automation_runs r on r.trigger_event_id = e.id
        where e.provider = 'scheduled' and e.trigger_id in (select id from triggers where automation_id = ${automationId})
        order by e.id`,
  )
}

test('a schedule tells when it fires next, and is listed under its automation alone', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const made = await schedule(acme)
  expect(made).toMatchObject({ ...hourly, nextRunAt: '2026-06-01T13:00:00.000Z', lastRunAt: null })
  const { actor } = acme
  expect((await listSchedules(needs, { actor, automationId: made.automationId, limit: 10 })).items).toEqual([made])
  await expect(showSchedule(needs, { actor: rival.actor, scheduleId: made.id })).rejects.toMatchObject({
    code: 'schedule.not_found',
  })
  const foreign = listSchedules(needs, { actor: rival.actor, automationId: made.automationId, limit: 10 })
  await expect(foreign).rejects.toMatchObject({ code: 'automation.not_found' })
})

test('a schedule that is due starts one run for the instant it was due, and moves on, also when two ticks meet', async () => {
  const acme = await world.member()
  const { id, automationId } = await schedule(acme)
  needs.clock.advance(HOUR_MS + 20_000)
  await Promise.all([fireSchedules(needs), fireSchedules(needs), fireSchedules(needs)])
  expect(await runsOf(automationId)).toEqual([
    { dedup_key: `schedule:${id}:2026-06-01T13:00:00.000Z`, title: 'Every hour', status: 'queued' },
  ])
  const after = await showSchedule(needs, { actor: acme.actor, scheduleId: id })
  expect(after.nextRunAt).toBe('2026-06-01T14:00:00.000Z')
  expect(after.lastRunAt).toBe(needs.clock.now().toISOString())
  await fireSchedules(needs)
  expect(await runsOf(automationId)).toHaveLength(1)
})

test('occurrences that were missed collapse into one', async () => {
  const acme = await world.member()
  const { automationId } = await schedule(acme, { cronExpression: '*/15 * * * *' })
  needs.clock.advance(5 * HOUR_MS)
  await fireSchedules(needs)
  await fireSchedules(needs)
  expect(await runsOf(automationId)).toHaveLength(1)
})

test('a tick that dies between the hand-off and the move fires no second run', async () => {
  const acme = await world.member()
  const { id, automationId } = await schedule(acme)
  const before = (await showSchedule(needs, { actor: acme.actor, scheduleId: id })).nextRunAt
  needs.clock.advance(HOUR_MS)
  await fireSchedules(needs)
  await queryRows(needs.db, sql`update schedules set next_run_at = ${before}::timestamptz where id = ${id}`)
  await fireSchedules(needs)
  expect(await runsOf(automationId)).toHaveLength(1)
})

test('a schedule that is off fires nothing, and what it missed stays missed when it is on again', async () => {
  const acme = await world.member()
  const { id, automationId } = await schedule(acme)
  await updateSchedule(needs, { actor: acme.actor, scheduleId: id, ifMatch: null, change: { enabled: false } })
  needs.clock.advance(3 * HOUR_MS)
  await fireSchedules(needs)
  expect(await runsOf(automationId)).toEqual([])
  const on = await updateSchedule(needs, { actor: acme.actor, scheduleId: id, ifMatch: null, change: { enabled: true, name: 'On' } })
  expect(on.name).toBe('On')
  expect(Date.parse(on.nextRunAt ?? '')).toBeGreaterThan(needs.clock.now().getTime())
  await fireSchedules(needs)
  expect(await runsOf(automationId)).toEqual([])
})

test('a schedule of an automation that is off is recorded as skipped and moves on', async () => {
  const acme = await world.member()
  const { automationId } = await schedule(acme)
  await queryRows(needs.db, sql`update automations set enabled = false where id = ${automationId}`)
  needs.clock.advance(HOUR_MS)
  await fireSchedules(needs)
  expect(await runsOf(automationId)).toMatchObject([{ status: null }])
})

test('an edit that leaves the times alone leaves the firing that is due', async () => {
  const acme = await world.member()
  const { id, triggerId, automationId } = await schedule(acme)
  const { actor } = acme
  const due = (await showSchedule(needs, { actor, scheduleId: id })).nextRunAt
  needs.clock.advance(HOUR_MS + 30_000)
  const renamed = await updateSchedule(needs, { actor, scheduleId: id, ifMatch: null, change: { ...hourly, name: 'Renamed' } })
  expect(renamed).toMatchObject({ name: 'Renamed', nextRunAt: due })
  const filter = { op: 'exists' as const, path: 'title' }
  await updateTrigger(needs, { actor, triggerId, ifMatch: null, change: { filter } })
  await fireSchedules(needs)
  expect(await runsOf(automationId)).toMatchObject([{ dedup_key: `schedule:${id}:${due}`, title: 'Renamed' }])
})

test('a new expression or time zone counts from now', async () => {
  const acme = await world.member()
  const { id } = await schedule(acme)
  const change = { cronExpression: '30 9 * * 1-5', timezone: 'Europe/Berlin' }
  const changed = await updateSchedule(needs, { actor: acme.actor, scheduleId: id, ifMatch: null, change })
  const { instants } = previewSchedule(needs, { actor: acme.actor, schedule: { ...change, count: 1 } })
  expect(changed).toMatchObject({ ...change, nextRunAt: instants[0] })
})

test('what is no expression or no time zone is refused in words, with six fields too', async () => {
  const acme = await world.member()
  for (const given of [{ cronExpression: '* * * * * *' }, { cronExpression: 'soon' }, { timezone: 'Mars/Base' }]) {
    await expect(schedule(acme, given)).rejects.toMatchObject({ code: 'trigger.invalid' })
  }
})

test('a hundred schedules more than a batch all fire in one tick', async () => {
  const acme = await world.member()
  const { automationId } = await acme.listen()
  needs.clock.advance(MINUTE_MS)
  for (let made = 0; made < 12; made += 1) {
    await createSchedule(needs, { actor: acme.actor, automationId, schedule: hourly })
  }
  // A hundred more behind the same trigger types, written directly: only their number matters.
  await queryRows(
    needs.db,
    sql`with t as (
          insert into triggers (id, organization_id, automation_id, trigger_type, provider, event_type, config)
          select gen_random_uuid(), ${acme.organizationId}, ${automationId}::uuid, 'scheduled', 'scheduled', 'schedule_fired',
            '{"cronExpression":"0 * * * *","timezone":"UTC"}'::jsonb from generate_series(1, 100) returning id)
        insert into schedules (id, organization_id, automation_id, trigger_id, cron_expression, next_run_at)
        select gen_random_uuid(), ${acme.organizationId}, ${automationId}::uuid, id, '0 * * * *',
          ${needs.clock.now().toISOString()}::timestamptz from t`,
  )
  needs.clock.advance(HOUR_MS)
  expect(await fireSchedules(needs)).toMatchObject({ due: 112 + (await othersDue()) })
  expect(await runsOf(automationId)).toHaveLength(112)
})

/** Schedules of the tests before, which fire too. */
async function othersDue(): Promise<number> {
  const [row] = await queryRows(needs.db, sql`select count(*)::int as count from schedules where last_run_at = ${needs.clock.now().toISOString()}::timestamptz`)
  return Number(row?.['count']) - 112
}

test('deleting a schedule takes its trigger along', async () => {
  const acme = await world.member()
  const { id, triggerId } = await schedule(acme)
  await deleteSchedule(needs, { actor: acme.actor, scheduleId: id, ifMatch: null })
  expect(await queryRows(needs.db, sql`select id from triggers where id = ${triggerId}`)).toEqual([])
  await expect(showSchedule(needs, { actor: acme.actor, scheduleId: id })).rejects.toMatchObject({ code: 'schedule.not_found' })
})

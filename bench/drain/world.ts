import { sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'
import { endpoints } from '#schema/endpoints/index'
import { openDatabase } from '../../adapters/postgres/neon.ts'
import { signIn } from '../../scripts/demo/api.ts'
import type { ThrowawayStack } from '../../scripts/dev/throwaway-stack.ts'

/** Triggers that listen besides the one that wants the deliveries: some always, the rest when many are measured. */
export const FEW = 10
export const MANY = 1_000
const OF_MANY = 'of-many'

const WAIT_MS = 120_000
const LOOK_MS = 250
/** Longer than any measurement takes. */
const HELD_FOR = '1 hour'

/** One organization whose triggers all read every delivery, one of which wants it. */
export interface DrainWorld {
  db: Database
  endpoint: { path: string; secret: string }
  organizationId: string
  automationId: string
  triggerId: string
}

/** The automation works nowhere: its runs end at their first step. */
export async function prepareWorld(stack: ThrowawayStack): Promise<DrainWorld> {
  const api = await signIn(stack.urls, stack.variables['DEV_SIGN_IN_TOKEN'] ?? '')
  const endpoint = await api.call(endpoints.webhookEndpoints.create, { body: { provider: 'github' } })
  const automation = await api.call(endpoints.automations.create, { body: { name: 'Bench' } })
  const trigger = await api.call(endpoints.triggers.create, {
    body: { automationId: automation.id, provider: 'github', eventType: 'issue_opened', config: { labels: ['agent'] } },
  })
  const { url, neonEndpoint } = stack.database.current
  const db = openDatabase(url, neonEndpoint ?? undefined)
  await queryRows(
    db,
    sql`
      insert into triggers (id, organization_id, automation_id, provider, event_type, config)
      select gen_random_uuid(), t.organization_id, t.automation_id, t.provider, t.event_type,
        jsonb_build_object('labels', jsonb_build_array(case when n < ${FEW} then 'other' else ${OF_MANY} end))
      from triggers t cross join generate_series(1, ${MANY - 1}) n
      where t.id = ${trigger.id}`,
  )
  // Tells when each run was written, by the clock of the machine, for both who write them.
  await queryRows(db, sql`alter table automation_runs add column bench_at timestamptz default clock_timestamp()`)
  await queryRows(
    db,
    sql`
      create function bench_hold() returns trigger language plpgsql as $$
        begin new.available_at = new.available_at + ${sql.raw(`interval '${HELD_FOR}'`)}; return new; end $$`,
  )
  await queryRows(db, sql`create trigger bench_hold before insert on outbox for each row execute function bench_hold()`)
  const [row] = await queryRows(db, sql`select organization_id from triggers where id = ${trigger.id}`)
  return {
    db,
    endpoint,
    organizationId: String(row?.['organization_id']),
    automationId: automation.id,
    triggerId: trigger.id,
  }
}

/** Lets `FEW` or `MANY` triggers listen. */
export async function listen({ db }: DrainWorld, count: number): Promise<void> {
  await queryRows(db, sql`update triggers set enabled = ${count > FEW} where config->'labels'->>0 = ${OF_MANY}`)
}

/** Runs that are held wait behind the hand-off; others start at once, and share the Worker with the next deliveries. */
export async function holdRuns({ db }: DrainWorld, held: boolean): Promise<void> {
  await queryRows(db, sql`alter table outbox ${sql.raw(held ? 'enable' : 'disable')} trigger bench_hold`)
}

/** When the run of each delivery was written, by the delivery's id, once all are there. */
export async function waitForRuns(world: DrainWorld, name: string, count: number): Promise<Map<string, number>> {
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    const rows = await queryRows(
      world.db,
      sql`
        select w.delivery_id, extract(epoch from r.bench_at) * 1000 as at
        from webhook_inbox w join trigger_events e on e.inbox_id = w.id join automation_runs r on r.trigger_event_id = e.id
        where w.delivery_id like ${`${name}-%`}`,
    )
    if (rows.length === count) return new Map(rows.map((row) => [String(row['delivery_id']), Number(row['at'])]))
    if (Date.now() > deadline) throw new Error(`${rows.length} of ${count} deliveries of ${name} have a run`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

/** Calls off what the runs would do next, and waits until it is: one measurement must not slow the next. */
export async function callOffRuns({ db }: DrainWorld): Promise<void> {
  const deadline = Date.now() + WAIT_MS
  await queryRows(db, sql`delete from outbox where available_at > now() + ${sql.raw(`interval '${HELD_FOR}'`)} / 2`)
  for (;;) {
    await queryRows(db, sql`update automation_runs set status = 'canceled' where status in ('queued', 'enriching', 'ready')`)
    const [row] = await queryRows(
      db,
      sql`
        select (select count(*) from outbox where status in ('pending', 'processing'))
          + (select count(*) from webhook_inbox where status in ('queued', 'processing')) as busy`,
    )
    if (Number(row?.['busy']) === 0) return
    if (Date.now() > deadline) throw new Error(`${String(row?.['busy'])} deliveries or steps of runs have not ended`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { auditedFrom, type AuditRow } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'
import type { PageQuery } from '#schema/contracts/common'
import { Id } from '#schema/contracts/common'
import type { TriggerEventStatus } from '#schema/contracts/triggers'
import { automationRuns, triggerEvents } from '#schema/tables/index'

const SHOWN = {
  id: triggerEvents.id,
  title: triggerEvents.title,
  url: triggerEvents.url,
  eventType: triggerEvents.eventType,
  dedupKey: triggerEvents.dedupKey,
  status: triggerEvents.status,
  skipReason: triggerEvents.skipReason,
  occurredAt: triggerEvents.occurredAt,
  createdAt: triggerEvents.createdAt,
  inboxId: triggerEvents.inboxId,
  runId: automationRuns.id,
  sessionId: automationRuns.sessionId,
}

/** The events of one trigger, newest first, one more than asked for. */
export function listEventRows(
  db: Database,
  organizationId: string,
  input: { triggerId: string; status: TriggerEventStatus | undefined; page: PageQuery },
) {
  const { triggerId, status, page } = input
  return db
    .select(SHOWN)
    .from(triggerEvents)
    .leftJoin(automationRuns, eq(automationRuns.triggerEventId, triggerEvents.id))
    .where(
      and(
        eq(triggerEvents.organizationId, organizationId),
        eq(triggerEvents.triggerId, triggerId),
        status === undefined ? undefined : eq(triggerEvents.status, status),
        page.cursor === undefined ? undefined : lt(triggerEvents.id, page.cursor),
      ),
    )
    .orderBy(desc(triggerEvents.id))
    .limit(page.limit + 1)
}
export type EventRow = Awaited<ReturnType<typeof listEventRows>>[number]

/** How many events a trigger has in each status; statuses without one are left out. */
export async function countEvents(
  db: Database,
  organizationId: string,
  triggerId: string,
): Promise<{ status: string; count: number }[]> {
  return db
    .select({ status: triggerEvents.status, count: sql<number>`count(*)::int` })
    .from(triggerEvents)
    .where(and(eq(triggerEvents.organizationId, organizationId), eq(triggerEvents.triggerId, triggerId)))
    .groupBy(triggerEvents.status)
}

export async function findEventRow(db: Database, organizationId: string, id: string): Promise<EventRow | null> {
  const [row] = await db
    .select(SHOWN)
    .from(triggerEvents)
    .leftJoin(automationRuns, eq(automationRuns.triggerEventId, triggerEvents.id))
    .where(and(eq(triggerEvents.organizationId, organizationId), eq(triggerEvents.id, id)))
    .limit(1)
  return row ?? null
}

/**
 * Skips an event whose run has not begun, and the run with it, in one statement; false when the run was faster. The run
 * decides: whoever moves it away from `queued` first has it.
 */
export async function skipQueuedEvent(
  db: Database,
  input: { organizationId: string; id: string; runEventId: string; now: Date; audit: AuditRow },
): Promise<boolean> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`
      with skipped as (
        update automation_runs r set status = 'skipped', status_reason = 'skipped_by_person', completed_at = ${now},
          updated_at = ${now}
        from trigger_events e
        where e.id = ${input.id} and e.organization_id = ${input.organizationId} and e.status = 'queued'
          and r.trigger_event_id = e.id and r.organization_id = e.organization_id and r.status = 'queued'
        returning r.id, r.trigger_event_id
      ), told as (
        insert into automation_run_events (id, run_id, type, from_status, to_status, data, created_at)
        select ${input.runEventId}::uuid, id, 'status_transition', 'queued', 'skipped', '{}'::jsonb, ${now} from skipped
      ), audited as (${auditedFrom('skipped', input.audit)})
      update trigger_events e set status = 'skipped', skip_reason = 'manual', processed_at = ${now}
      from skipped where e.id = skipped.trigger_event_id
      returning e.id`,
  )
  return z.array(z.object({ id: Id })).parse(rows).length > 0
}

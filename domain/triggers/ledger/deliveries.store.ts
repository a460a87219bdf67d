import { and, desc, eq, getTableColumns, gte, ilike, lt, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { auditedFrom, type AuditRow } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'
import { Id, type PageQuery } from '#schema/contracts/common'
import type { DeliveryFilter } from '#schema/contracts/deliveries'
import { automationRuns, triggerEvents, webhookInbox } from '#schema/tables/index'

const { payload: _payload, headers: _headers, ...SUMMARY } = getTableColumns(webhookInbox)

export type DeliveryRow = typeof webhookInbox.$inferSelect
export type DeliverySummaryRow = Omit<DeliveryRow, 'payload' | 'headers'>

/** The organization's ledger, newest first, one more than asked for; without the bodies. */
export function listDeliveryRows(
  db: Database,
  organizationId: string,
  input: { page: PageQuery; filter: DeliveryFilter },
): Promise<DeliverySummaryRow[]> {
  const { page, filter } = input
  return db
    .select(SUMMARY)
    .from(webhookInbox)
    .where(
      and(
        eq(webhookInbox.organizationId, organizationId),
        ...conditionsOf(filter),
        page.cursor === undefined ? undefined : lt(webhookInbox.id, page.cursor),
      ),
    )
    .orderBy(desc(webhookInbox.id))
    .limit(page.limit + 1)
}

const count = (name: 'created' | 'duplicates' | 'matched') => sql`coalesce((${webhookInbox.outcome}->>${name})::int, 0)`

const RESULTS: Record<NonNullable<DeliveryFilter['result']>, SQL> = {
  started: sql`${count('created')} > 0`,
  duplicate: sql`${count('created')} = 0 and ${count('duplicates')} > 0`,
  not_matched: sql`${webhookInbox.status} = 'completed' and ${count('matched')} = 0`,
  failed: sql`${webhookInbox.status} = 'failed'`,
}

function conditionsOf(filter: DeliveryFilter): (SQL | undefined)[] {
  const { status, result, provider, eventType, triggerId, from, to, q } = filter
  return [
    status === undefined ? undefined : eq(webhookInbox.status, status),
    result === undefined ? undefined : RESULTS[result],
    provider === undefined ? undefined : eq(webhookInbox.provider, provider),
    eventType === undefined ? undefined : eq(webhookInbox.eventType, eventType),
    triggerId === undefined ? undefined : wasAsked(triggerId),
    from === undefined ? undefined : gte(webhookInbox.receivedAt, new Date(from)),
    to === undefined ? undefined : lt(webhookInbox.receivedAt, new Date(to)),
    q === undefined ? undefined : textCondition(q),
  ]
}

const wasAsked = (triggerId: string) =>
  sql`${webhookInbox.outcome}->'decisions' @> ${JSON.stringify([{ triggerId }])}::jsonb`

/** What a person typed is a text and no pattern. */
function textCondition(q: string): SQL | undefined {
  const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  return or(
    ilike(webhookInbox.deliveryId, pattern),
    ilike(webhookInbox.eventType, pattern),
    sql`${webhookInbox.outcome}::text ilike ${pattern}`,
    ilike(webhookInbox.payload, pattern),
  )
}

export async function findDeliveryRow(db: Database, organizationId: string, id: string): Promise<DeliveryRow | null> {
  const [row] = await db
    .select()
    .from(webhookInbox)
    .where(and(eq(webhookInbox.organizationId, organizationId), eq(webhookInbox.id, id)))
    .limit(1)
  return row ?? null
}

/** The runs that a delivery started. */
export function listRunsOfDelivery(db: Database, organizationId: string, deliveryId: string) {
  return db
    .select({
      id: automationRuns.id,
      status: automationRuns.status,
      triggerId: automationRuns.triggerId,
      title: triggerEvents.title,
    })
    .from(triggerEvents)
    .innerJoin(
      automationRuns,
      and(
        eq(automationRuns.triggerEventId, triggerEvents.id),
        eq(automationRuns.organizationId, triggerEvents.organizationId),
      ),
    )
    .where(and(eq(triggerEvents.organizationId, organizationId), eq(triggerEvents.inboxId, deliveryId)))
    .orderBy(automationRuns.id)
    .limit(100)
}
export type RunOfDelivery = Awaited<ReturnType<typeof listRunsOfDelivery>>[number]

/** The replays of a delivery, newest first. They say when the delivery was received; when they were made is in their id. */
export function listReplays(db: Database, organizationId: string, deliveryId: string) {
  return db
    .select({ id: webhookInbox.id, status: webhookInbox.status, madeAt: MADE_AT })
    .from(webhookInbox)
    .where(and(eq(webhookInbox.organizationId, organizationId), eq(webhookInbox.replayOf, deliveryId)))
    .orderBy(desc(webhookInbox.id))
    .limit(20)
}
export type ReplayOfDelivery = Awaited<ReturnType<typeof listReplays>>[number]

/** The first 48 bits of a UUIDv7 are the milliseconds of its making. */
const MADE_AT = sql<Date>`to_timestamp(('x' || left(replace(${webhookInbox.id}::text, '-', ''), 12))::bit(48)::bigint / 1000.0)`
  .mapWith(webhookInbox.receivedAt)

/** Ids of ended deliveries that fit, oldest first, one more than `limit`. Replays themselves are left out. */
export async function findReplayable(
  db: Database,
  organizationId: string,
  input: { filter: DeliveryFilter; limit: number },
): Promise<string[]> {
  const rows = await db
    .select({ id: webhookInbox.id })
    .from(webhookInbox)
    .where(
      and(
        eq(webhookInbox.organizationId, organizationId),
        sql`${webhookInbox.status} in ('completed', 'failed') and ${webhookInbox.ingress} <> 'replay'`,
        ...conditionsOf(input.filter),
      ),
    )
    .orderBy(webhookInbox.id)
    .limit(input.limit + 1)
  return rows.map(({ id }) => id)
}

/**
 * Puts deliveries that have ended into the ledger once more, each under an id of its own and with everything that made
 * it what it was: the sender's delivery id, and when it was received, since both are part of dedup keys and the first
 * one may be gone before its last replay. Returns the new ids; a delivery that has not ended gives none, and where there
 * are none there is no entry.
 */
export async function insertReplays(
  db: Database,
  organizationId: string,
  input: { replays: { of: string; id: string; traceId: string }[]; now: Date; audit: AuditRow },
): Promise<string[]> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`
      with made as (
        insert into webhook_inbox (id, organization_id, endpoint_id, ingress, source, verification, identity_kind,
          identity_value, integration_id, replay_of, provider, delivery_id, event_type, headers, payload, payload_ref,
          trace_id, received_at, next_attempt_at)
        select r.id, w.organization_id, w.endpoint_id, 'replay', 'replay:' || r.id, w.verification, w.identity_kind,
          w.identity_value, w.integration_id, coalesce(w.replay_of, w.id), w.provider, w.delivery_id, w.event_type,
          w.headers, w.payload, w.payload_ref, r."traceId", w.received_at, ${now}
        from jsonb_to_recordset(${JSON.stringify(input.replays)}::jsonb) as r("of" uuid, id uuid, "traceId" text)
        join webhook_inbox w on w.id = r."of" and w.organization_id = ${organizationId}
          and w.status in ('completed', 'failed')
        returning id
      ), audited as (${auditedFrom('made', input.audit, counted(input.audit))})
      select id from made`,
  )
  return z.array(z.object({ id: Id })).parse(rows).map(({ id }) => id)
}

/** An entry of no delivery in particular is one of several, and only the statement knows how many these are. */
function counted({ subjectId, after }: AuditRow) {
  if (subjectId !== null) return {}
  return {
    subjectLabel: sql`(select count(*) || ' deliveries' from made)`,
    after: sql`${JSON.stringify(after)}::jsonb || (select jsonb_build_object('replayed', count(*)) from made)`,
  }
}

/** Which of a trigger's dedup keys are recorded already. */
export async function knownKeys(
  db: Database,
  organizationId: string,
  input: { triggerId: string; keys: string[] },
): Promise<Set<string>> {
  const rows = await queryRows(
    db,
    sql`
      select dedup_key from trigger_events
      where organization_id = ${organizationId} and trigger_id = ${input.triggerId}
        and dedup_key in (select value from jsonb_array_elements_text(${JSON.stringify(input.keys)}::jsonb))`,
  )
  return new Set(z.array(z.object({ dedup_key: z.string() })).parse(rows).map((row) => row.dedup_key))
}

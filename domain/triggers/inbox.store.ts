import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import { storableJson } from '#kernel/json'
import { Id } from '#schema/contracts/common'
import type { DeliveryOutcome } from '#schema/contracts/deliveries'
import { inboxLifecycle } from './inbox.lifecycle.ts'

// Batches of the queue mix organizations, so these statements do too: each row carries the organization of its
// endpoint, and nothing here reads one organization's row for another.

export interface Arrival {
  id: string
  organizationId: string
  endpointId: string
  provider: string
  deliveryId: string
  eventType: string
  headers: Record<string, string>
  /** The text that was signed; null when the bytes lie in blob storage. */
  payload: string | null
  payloadRef: string | null
  traceId: string
  receivedAt: string
}

const Recorded = z.object({ arrival_id: Id, row_id: Id.nullable() })

/**
 * Writes all rows in one statement; a delivery that is there already stays as it is. Returns for each arrival the row
 * that stands for it; null when its endpoint is gone, or another statement is writing the same delivery just now.
 */
export async function recordArrivalsAcrossOrganizations(
  db: Database,
  input: { arrivals: Arrival[]; now: Date },
): Promise<Map<string, string | null>> {
  const arrivals = input.arrivals.map(({ payload, ...arrival }) => ({ ...storableJson(arrival), payload }))
  const now = input.now.toISOString()
  // Sorted, so that two statements with the same deliveries wait for each other in one order and never in a circle.
  const rows = await queryRows(
    db,
    sql`
      with arrival as (
        select * from jsonb_to_recordset(${JSON.stringify(arrivals)}::jsonb) as a(
          id uuid, "organizationId" text, "endpointId" uuid, provider text, "deliveryId" text, "eventType" text,
          headers jsonb, payload text, "payloadRef" text, "traceId" text, "receivedAt" timestamptz)
      ), recorded as (
        insert into webhook_inbox (id, organization_id, endpoint_id, provider, delivery_id, event_type, headers,
          payload, payload_ref, trace_id, received_at, next_attempt_at)
        select a.id, a."organizationId", a."endpointId", a.provider, a."deliveryId", a."eventType", a.headers,
          a.payload, a."payloadRef", a."traceId", a."receivedAt", ${now}::timestamptz
        from arrival a
        join webhook_endpoints e on e.id = a."endpointId" and e.organization_id = a."organizationId"
        order by a."endpointId", a."deliveryId"
        on conflict (endpoint_id, delivery_id) do nothing
        returning id, endpoint_id, delivery_id
      )
      select a.id as arrival_id, coalesce(r.id, known.id) as row_id
      from arrival a
      left join recorded r on r.endpoint_id = a."endpointId" and r.delivery_id = a."deliveryId"
      left join webhook_inbox known on known.endpoint_id = a."endpointId" and known.delivery_id = a."deliveryId"`,
  )
  return new Map(rows.map((row) => Recorded.parse(row)).map((row) => [row.arrival_id, row.row_id]))
}

const ClaimedRow = z
  .object({
    id: Id,
    organization_id: z.string(),
    provider: z.string(),
    delivery_id: z.string(),
    event_type: z.string(),
    headers: z.record(z.string(), z.string()),
    payload: z.string().nullable(),
    payload_ref: z.string().nullable(),
    trace_id: z.string(),
    attempt: z.number().int(),
    received_at: z.coerce.date(),
  })
  .transform((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    provider: row.provider,
    deliveryId: row.delivery_id,
    eventType: row.event_type,
    headers: row.headers,
    payload: row.payload,
    payloadRef: row.payload_ref,
    traceId: row.trace_id,
    attempt: row.attempt,
    receivedAt: row.received_at.toISOString(),
  }))
export type ClaimedRow = z.infer<typeof ClaimedRow>

/**
 * Takes the rows of these ids that are queued and due, or whose consumer has been silent since `staleBefore`. Rows that
 * somebody else is claiming at this moment are left to them. The payloads travel only when they are asked for.
 */
export async function claimRowsAcrossOrganizations(
  db: Database,
  input: { ids: string[]; claimToken: string; now: Date; staleBefore: Date; withPayloads: boolean },
): Promise<ClaimedRow[]> {
  const now = input.now.toISOString()
  const rows = await queryRows(
    db,
    sql`
      with due as materialized (
        select id from webhook_inbox
        where id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(input.ids)}::jsonb))
          and ((status in ${inboxLifecycle.sourcesOf('claim')} and next_attempt_at <= ${now}::timestamptz)
            or (status in ${inboxLifecycle.sourcesOf('reclaim')}
              and claimed_at < ${input.staleBefore.toISOString()}::timestamptz))
        order by id
        for update skip locked
      )
      update webhook_inbox w
      set status = 'processing', attempt = w.attempt + 1, claim_token = ${input.claimToken},
        claimed_at = ${now}::timestamptz
      from due where w.id = due.id
      returning w.id, w.organization_id, w.provider, w.delivery_id, w.event_type, w.headers, w.payload_ref, w.trace_id,
        w.attempt, w.received_at, case when ${input.withPayloads}::boolean then w.payload end as payload`,
  )
  return rows.map((row) => ClaimedRow.parse(row))
}

export type Finish = { id: string } & (
  | { status: 'completed'; outcome: DeliveryOutcome }
  | { status: 'failed'; error: string; outcome: DeliveryOutcome | null }
  | { status: 'queued'; error: string; nextAttemptAt: string }
)

/** Settles claimed rows; a row that was claimed anew in between is left alone. Returns the ids that were settled. */
export async function finishRowsAcrossOrganizations(
  db: Database,
  input: { finishes: Finish[]; claimToken: string; now: Date },
): Promise<Set<string>> {
  const rows = await queryRows(
    db,
    sql`
      update webhook_inbox w
      set status = f.status, outcome = f.outcome, last_error = f.error, claim_token = null,
        processed_at = case when f.status <> 'queued' then ${input.now.toISOString()}::timestamptz end,
        next_attempt_at = coalesce(f."nextAttemptAt", w.next_attempt_at)
      from jsonb_to_recordset(${JSON.stringify(storableJson(input.finishes))}::jsonb) as f(
        id uuid, status text, error text, outcome jsonb, "nextAttemptAt" timestamptz)
      where w.id = f.id and w.status = 'processing' and w.claim_token = ${input.claimToken}
      returning w.id`,
  )
  return new Set(rows.map((row) => Id.parse(row.id)))
}

/** Ids of rows nobody is working on though they are due, oldest first. */
export async function listLeftBehindAcrossOrganizations(
  db: Database,
  input: { dueBefore: Date; staleBefore: Date; limit: number },
): Promise<string[]> {
  const rows = await queryRows(
    db,
    sql`
      select id from webhook_inbox
      where (status = 'queued' and next_attempt_at < ${input.dueBefore.toISOString()}::timestamptz)
        or (status = 'processing' and claimed_at < ${input.staleBefore.toISOString()}::timestamptz)
      order by id limit ${input.limit}`,
  )
  return rows.map((row) => Id.parse(row.id))
}

const Collectable = z
  .object({ id: Id, payload_ref: z.string().nullable() })
  .transform((row) => ({ id: row.id, payloadRef: row.payload_ref }))

/** Ended rows that ended before an instant, with the key of their body in blob storage. */
export async function listEndedAcrossOrganizations(
  db: Database,
  input: { endedBefore: Date; limit: number },
): Promise<z.infer<typeof Collectable>[]> {
  const rows = await queryRows(
    db,
    sql`
      select id, payload_ref from webhook_inbox
      where status in ('completed', 'failed') and processed_at < ${input.endedBefore.toISOString()}::timestamptz
      order by processed_at limit ${input.limit}`,
  )
  return rows.map((row) => Collectable.parse(row))
}

/** Removes ended rows; a row that has not ended stays, whatever was asked. Returns how many are gone. */
export async function deleteEndedAcrossOrganizations(db: Database, ids: string[]): Promise<number> {
  const rows = await queryRows(
    db,
    sql`
      with gone as (
        delete from webhook_inbox
        where id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))
          and status in ('completed', 'failed')
        returning 1
      )
      select count(*)::int as count from gone`,
  )
  return z.number().parse(rows[0]?.count)
}

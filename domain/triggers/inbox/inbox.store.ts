import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { earlier } from '#kernel/clock'
import { type Database, queryRows } from '#kernel/database'
import { SECOND_MS } from '#kernel/durations'
import { storableJson } from '#kernel/json'
import { Id } from '#schema/contracts/common'
import type { DeliveryOutcome } from '#schema/contracts/deliveries'
import { inboxLifecycle } from './inbox.lifecycle.ts'

// Batches mix organizations, so these statements do too: nothing here reads one organization's row for another.

const ClaimedRow = z
  .object({
    id: Id,
    organization_id: z.string().nullable(),
    ingress: z.string(),
    identity_kind: z.enum(['trigger', 'integration', 'connection']).nullable(),
    identity_value: z.string().nullable(),
    provider: z.string(),
    delivery_id: z.string(),
    event_type: z.string(),
    headers: z.record(z.string(), z.string()),
    payload: z.string().nullable(),
    payload_ref: z.string().nullable(),
    trace_id: z.string(),
    attempt: z.number().int(),
    received_at: z.coerce.date(),
    waiting: z.coerce.number().int(),
  })
  .transform((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    ingress: row.ingress,
    identity:
      row.identity_kind === null || row.identity_value === null
        ? null
        : { kind: row.identity_kind, value: row.identity_value },
    provider: row.provider,
    deliveryId: row.delivery_id,
    eventType: row.event_type,
    headers: row.headers,
    payload: row.payload,
    payloadRef: row.payload_ref,
    traceId: row.trace_id,
    attempt: row.attempt,
    /** Of a replay: when the delivery that it repeats was received, so that its dedup keys are the same. */
    receivedAt: row.received_at.toISOString(),
    waiting: row.waiting,
  }))
export type ClaimedRow = z.infer<typeof ClaimedRow>

/** An organization that received more than so many deliveries within so long is in a storm. */
const STORM_ROWS = 100
const STORM_MS = 10 * SECOND_MS
/** Rows that are looked at to find whose turn it is; the oldest. */
const MAX_LOOKED_AT = 10_000

/**
 * Takes rows that are queued and due, or whose consumer has been silent since `staleBefore`: of these ids, or of all
 * when there are none. Organizations take turns, and of these ids one that is in a storm gets no more than
 * `perStorm`: what arrives behind a storm is not to wait for it. Where the organization is not known yet, the account
 * that the delivery names stands for it, and counts as in a storm. Rows that somebody else is claiming at this moment
 * are left to them. `isMore`: others were due too. The payloads travel only when they are asked for.
 */
export async function claimRowsAcrossOrganizations(
  db: Database,
  input: {
    ids: string[] | null
    claimToken: string
    now: Date
    /** Due then already; now when left out. */
    dueBefore?: Date
    staleBefore: Date
    perStorm: number
    limit: number
    withPayloads: boolean
  },
): Promise<{ rows: ClaimedRow[]; isMore: boolean }> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const dueBefore = sql`${(input.dueBefore ?? input.now).toISOString()}::timestamptz`
  const staleBefore = sql`${input.staleBefore.toISOString()}::timestamptz`
  const free = sql`((w.status in ${inboxLifecycle.sourcesOf('claim')} and w.next_attempt_at <= ${dueBefore})
    or (w.status in ${inboxLifecycle.sourcesOf('reclaim')} and w.claimed_at < ${staleBefore}))`
  const stormSince = sql`${earlier(input.now, STORM_MS).toISOString()}::timestamptz`
  const wanted =
    input.ids === null
      ? sql`true`
      : sql`w.id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(input.ids)}::jsonb))`
  const rows = await queryRows(
    db,
    sql`
      with waiting as materialized (
        select w.id, w.organization_id, coalesce(w.organization_id, w.identity_value, w.source) as owner
        from webhook_inbox w
        where ${wanted} and ${free}
        order by w.next_attempt_at, w.id limit ${MAX_LOOKED_AT}
      ), stormy as (
        select o.owner from (select distinct owner, organization_id from waiting) o
        where o.organization_id is null or ${stormSince} < (
          select latest.received_at from webhook_inbox latest where latest.organization_id = o.organization_id
          order by latest.id desc offset ${STORM_ROWS} limit 1)
      ), ranked as (
        select id, owner in (select owner from stormy) as in_storm,
          row_number() over (partition by owner order by id) as turn
        from waiting
      ), due as materialized (
        select w.id, w.replay_of
        from ranked r join webhook_inbox w on w.id = r.id
        where (r.turn <= ${input.perStorm} or not r.in_storm or ${input.ids === null}::boolean) and ${free}
        order by r.turn, w.id limit ${input.limit}
        for update of w skip locked
      )
      update webhook_inbox w
      set status = 'processing', attempt = w.attempt + 1, claim_token = ${input.claimToken}, claimed_at = ${now}
      from due left join webhook_inbox first on first.id = due.replay_of
      where w.id = due.id
      returning w.id, w.organization_id, w.ingress, w.identity_kind, w.identity_value, w.provider, w.delivery_id,
        w.event_type, w.headers, w.payload_ref, w.trace_id, w.attempt,
        coalesce(first.received_at, w.received_at) as received_at,
        case when ${input.withPayloads}::boolean then w.payload end as payload,
        (select count(*) from waiting) as waiting`,
  )
  const claimed = rows.map((row) => ClaimedRow.parse(row))
  return { rows: claimed, isMore: (claimed[0]?.waiting ?? 0) > claimed.length }
}

/** What became known about whose a row is. */
export interface Known {
  organizationId: string | null
  integrationId: string | null
  identity: ClaimedRow['identity']
}

export type Finish = { id: string; known?: Known } & (
  | { status: 'completed'; outcome: DeliveryOutcome }
  | { status: 'failed'; error: string; outcome: DeliveryOutcome | null }
  /** `untried`: nothing was tried, so that it costs none of the row's attempts. */
  | { status: 'queued'; error: string; nextAttemptAt: string; untried?: boolean }
)

/** Settles claimed rows; a row that was claimed anew in between is left alone. Returns the ids that were settled. */
export async function finishRowsAcrossOrganizations(
  db: Database,
  input: { finishes: Finish[]; claimToken: string; now: Date },
): Promise<Set<string>> {
  const finishes = input.finishes.map(({ known, ...finish }) => ({
    ...finish,
    organizationId: known?.organizationId,
    integrationId: known?.integrationId,
    identityKind: known?.identity?.kind,
    identityValue: known?.identity?.value,
  }))
  const rows = await queryRows(
    db,
    sql`
      update webhook_inbox w
      set status = f.status, outcome = f.outcome, last_error = f.error, claim_token = null,
        attempt = w.attempt - case when f.untried then 1 else 0 end,
        organization_id = coalesce(w.organization_id, f."organizationId"),
        integration_id = coalesce(f."integrationId", w.integration_id),
        identity_kind = coalesce(w.identity_kind, f."identityKind"),
        identity_value = coalesce(w.identity_value, f."identityValue"),
        processed_at = case when f.status <> 'queued' then ${input.now.toISOString()}::timestamptz end,
        next_attempt_at = coalesce(f."nextAttemptAt", w.next_attempt_at)
      from jsonb_to_recordset(${JSON.stringify(storableJson(finishes))}::jsonb) as f(
        id uuid, status text, error text, outcome jsonb, "nextAttemptAt" timestamptz, untried boolean,
        "organizationId" text, "integrationId" uuid, "identityKind" text, "identityValue" text)
      where w.id = f.id and w.status = 'processing' and w.claim_token = ${input.claimToken}
      returning w.id`,
  )
  return new Set(rows.map((row) => Id.parse(row.id)))
}

import { type SQL, sql } from 'drizzle-orm'
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
    receivedAt: row.received_at.toISOString(),
    waiting: row.waiting,
  }))
export type ClaimedRow = z.infer<typeof ClaimedRow>

/** What stands in `last_error` of a row whose consumer gave up over its batch. */
export const INTERRUPTED = 'interrupted'

/** An organization that received more than so many deliveries within so long is in a storm. */
const STORM_ROWS = 100
const STORM_MS = 10 * SECOND_MS
/** Rows that are looked at from either end to find whose turn it is. */
const MAX_LOOKED_AT = 5_000
/** Consumers that may claim at the same moment and all find something. */
const SPARE = 4

/**
 * Takes rows that are queued and due, or whose consumer has been silent since `staleBefore`: of these ids, or of all
 * when there are none. Organizations take turns, and of these ids one that is in a storm gets no more than
 * `perStorm`: what arrives behind a storm is not to wait for it. Where the organization is not known yet, the account
 * that the delivery names stands for it, and counts as in a storm. A row that may be what its consumer died or gave up
 * over is taken alone, and never among given ids. Rows that somebody else is claiming at this moment are left to them.
 * `isMore`: others were due too. The payloads travel only when they are asked for.
 */
export async function claimRowsAcrossOrganizations(
  db: Database,
  input: {
    ids: string[] | null
    claimToken: string
    now: Date
    staleBefore: Date
    perStorm: number
    limit: number
    withPayloads: boolean
  },
): Promise<{ rows: ClaimedRow[]; isMore: boolean }> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const ofAll = sql`${input.ids === null}::boolean`
  const { due, stale } = freeRows({ dueBefore: input.now, staleBefore: input.staleBefore })
  const stormSince = sql`${earlier(input.now, STORM_MS).toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`
      with waiting as materialized (
        ${waitingOf(input)}
      ), alone as (
        select id from waiting where suspect and ${ofAll} order by id limit 1
      ), stormy as (
        select o.owner from (select distinct owner, organization_id from waiting) o
        where o.organization_id is null or ${stormSince} < (
          select latest.received_at from webhook_inbox latest where latest.organization_id = o.organization_id
          order by latest.id desc offset ${STORM_ROWS} limit 1)
      ), ranked as (
        select id, owner in (select owner from stormy) as in_storm,
          row_number() over (partition by owner order by id) as turn
        from waiting
        where case when exists (select from alone) then id in (select id from alone) else not suspect end
      ), next as materialized (
        -- Some to spare: others may be claiming the first of them at this moment.
        select id, turn from ranked
        where turn <= ${input.perStorm} or not in_storm or ${ofAll}
        order by turn, id limit ${input.limit * SPARE}
      ), due as materialized (
        select w.id
        from next join webhook_inbox w on w.id = next.id
        where ${due} or ${stale}
        order by next.turn, w.id limit ${input.limit}
        for update of w skip locked
      )
      update webhook_inbox w
      set status = 'processing', attempt = w.attempt + 1, claim_token = ${input.claimToken}, claimed_at = ${now}
      from due
      where w.id = due.id
      returning w.id, w.organization_id, w.ingress, w.identity_kind, w.identity_value, w.provider, w.delivery_id,
        w.event_type, w.headers, w.payload_ref, w.trace_id, w.attempt, w.received_at,
        case when ${input.withPayloads}::boolean then w.payload end as payload,
        (select count(*) from waiting) as waiting`,
  )
  const claimed = rows.map((row) => ClaimedRow.parse(row))
  return { rows: claimed, isMore: (claimed[0]?.waiting ?? 0) > claimed.length }
}

/**
 * Rows that may be claimed, from both ends of the line: who comes behind a very long one is seen as well as who stands at
 * its head.
 */
function waitingOf(input: { ids: string[] | null; now: Date; staleBefore: Date }): SQL {
  const { due, stale } = freeRows({ dueBefore: input.now, staleBefore: input.staleBefore })
  const wanted =
    input.ids === null
      ? sql`true`
      : sql`w.id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(input.ids)}::jsonb))`
  const seen = (free: SQL, first: SQL) => sql`
        (select w.id, w.organization_id, coalesce(w.organization_id, w.identity_value, w.source) as owner, ${SUSPECT} as suspect
        from webhook_inbox w where ${wanted} and ${free} order by ${first} limit ${MAX_LOOKED_AT})`
  return sql`${seen(due, sql`w.next_attempt_at`)} union ${seen(due, sql`w.next_attempt_at desc`)}
        union ${seen(stale, sql`w.claimed_at`)}`
}

/** Whether any row has been due since `dueBefore`, or is held by a consumer that has been silent since `staleBefore`. */
export async function hasOverdueAcrossOrganizations(
  db: Database,
  since: { dueBefore: Date; staleBefore: Date },
): Promise<boolean> {
  const { due, stale } = freeRows(since)
  const rows = await queryRows(db, sql`select 1 from webhook_inbox w where ${due} or ${stale} limit 1`)
  return rows.length > 0
}

/** Rows that nobody works on: those that are due, and those whose consumer is dead. */
function freeRows({ dueBefore, staleBefore }: { dueBefore: Date; staleBefore: Date }): { due: SQL; stale: SQL } {
  return {
    due: sql`(w.status in ${inboxLifecycle.sourcesOf('claim')}
          and w.next_attempt_at <= ${dueBefore.toISOString()}::timestamptz)`,
    stale: sql`(w.status in ${inboxLifecycle.sourcesOf('reclaim')}
          and w.claimed_at < ${staleBefore.toISOString()}::timestamptz)`,
  }
}

/** A row in whose company consumers died twice, or gave up once for a reason that may be the row itself. */
const SUSPECT = sql`((w.status = 'processing' and w.attempt >= 2)
          or (w.status = 'queued' and w.attempt >= 1 and coalesce(w.last_error, '') = ${INTERRUPTED}))`

/** What became known about whose a row is. */
export interface Known {
  organizationId: string | null
  integrationId: string | null
  identity: ClaimedRow['identity']
}

export type Finish = { id: string; known?: Known } & (
  | { status: 'completed'; outcome: DeliveryOutcome }
  | { status: 'failed'; error: string; outcome: DeliveryOutcome | null }
  /** `untried`: nothing was tried, so that it costs none of the row's attempts. Without an error it only waits. */
  | { status: 'queued'; error: string | null; nextAttemptAt: string; untried?: boolean }
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

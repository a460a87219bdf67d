import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { earlier } from '#kernel/clock'
import { type Database, queryRows } from '#kernel/database'
import { SECOND_MS } from '#kernel/durations'
import { storableJson } from '#kernel/json'
import { Id } from '#schema/contracts/common'
import type { DeliveryOutcome } from '#schema/contracts/deliveries'
import { INBOX_OWNER, INBOX_SUSPECT, INBOX_TURN, INBOX_WAITING } from '#schema/tables/triggers'
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

/** What stands in `last_error` of a row whose consumer gave up over its batch; the table's index of suspects says it, too. */
export const INTERRUPTED = 'interrupted'

/** An organization that received more than so many deliveries within so long is in a storm. */
const STORM_ROWS = 100
const STORM_MS = 10 * SECOND_MS
/** Consumers that may claim at the same moment and all find something. */
const SPARE = 4

/**
 * Takes rows that are due: of these ids, or of all when there are none. Organizations take turns, and of these ids one
 * that is in a storm gets no more than `perStorm`: what arrives behind a storm is not to wait for it. Where the
 * organization is not known yet, the account that the delivery names stands for it, and counts as in a storm. A row that
 * may be what its consumer died or gave up over is taken alone, and never among given ids. Rows that somebody else is
 * claiming at this moment are left to them; what is taken is free again at `freeAgainAt`, unless it is settled before.
 * `isMore`: others were due too. The payloads travel only when they are asked for.
 */
export async function claimRowsAcrossOrganizations(
  db: Database,
  input: {
    ids: string[] | null
    claimToken: string
    now: Date
    freeAgainAt: Date
    perStorm: number
    limit: number
    withPayloads: boolean
  },
): Promise<{ rows: ClaimedRow[]; isMore: boolean }> {
  const { ids, now, limit } = input
  const rows = await queryRows(
    db,
    sql`
      ${ids === null ? nextOfAll({ now, limit }) : nextOfGiven({ ...input, ids })}, due as materialized (
        -- One after the other: a row that is not taken is not locked either.
        select due.id
        from (select id from next order by turn, next_attempt_at, id) n cross join lateral (
          select id from webhook_inbox w
          where w.id = n.id and ${isDue(now)}
          for update skip locked) due
        limit ${limit}
      )
      update webhook_inbox w
      set status = 'processing', attempt = w.attempt + 1, claim_token = ${input.claimToken},
        claimed_at = ${instantOf(now)}, next_attempt_at = ${instantOf(input.freeAgainAt)}
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
 * Every owner's first due row, then every owner's second, and so on, until there are enough. Each is one look into the
 * index `webhook_inbox_turns`, and so is each step from one owner to the next: however long a line is, nobody reads it.
 * A look compares with a whole place in the index, and whose the row is that it finds is asked afterwards: were the
 * owner a condition of the look, another index could seem to do. Postgres goes on with `turns` only as far as `waiting`
 * reads them.
 */
function nextOfAll({ now, limit }: { now: Date; limit: number }): SQL {
  const firstAfter = (place: SQL) => sql`(
          select ${INBOX_TURN} as owner, next_attempt_at, id from webhook_inbox where ${INBOX_TURN} is not null and ${place}
          order by ${INBOX_TURN}, next_attempt_at, id limit 1)`
  return sql`
      with recursive owners as (
        ${firstAfter(sql`true`)}
        union all
        select n.* from owners o cross join lateral ${firstAfter(sql`${INBOX_TURN} > o.owner`)} n
      ), turns as (
        (select owner, next_attempt_at, id, 1 as turn from owners where next_attempt_at <= ${instantOf(now)}
        order by next_attempt_at, id)
        union all
        select n.owner, n.next_attempt_at, n.id, t.turn + 1
        from turns t cross join lateral
          ${firstAfter(sql`(${INBOX_TURN}, next_attempt_at, id) > (t.owner, t.next_attempt_at, t.id)`)} n
        where n.owner = t.owner and n.next_attempt_at <= ${instantOf(now)}
      ), waiting as materialized (
        -- Some to spare: others may be claiming the first of them at this moment.
        select id, next_attempt_at, turn from turns limit ${limit * SPARE}
      ), alone as materialized (
        select id, next_attempt_at from webhook_inbox where ${INBOX_SUSPECT} and next_attempt_at <= ${instantOf(now)}
        order by next_attempt_at, id limit 1
      ), next as materialized (
        select id, next_attempt_at, 0 as turn from alone
        union all
        select id, next_attempt_at, turn from waiting where not exists (select from alone)
      )`
}

/** Those of the given ids that are due, as many of each owner as it may have. */
function nextOfGiven(input: { ids: string[]; now: Date; perStorm: number }): SQL {
  const { ids, now, perStorm } = input
  return sql`
      with waiting as materialized (
        select r.*
        from (select distinct value::uuid as id from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)) given
        cross join lateral (
          select id, next_attempt_at, organization_id, ${INBOX_OWNER} as owner, ${INBOX_SUSPECT} as suspect
          from webhook_inbox w where w.id = given.id and ${isDue(now)}
          -- Keeps it a look for each id: the table is not to be read for a hundred of its rows.
          offset 0) r
      ), many as (
        select owner, organization_id from waiting group by owner, organization_id having count(*) > ${perStorm}
      ), stormy as (
        -- Whole rows again: an organization with few rows is not looked for among all others.
        select owner from many
        where organization_id is null or exists (
          select from (
            select l.organization_id, l.received_at from webhook_inbox l
            where (l.organization_id, l.id) < (many.organization_id, ${LAST_ID}::uuid)
            order by l.organization_id desc, l.id desc offset ${STORM_ROWS} limit 1) latest
          where latest.organization_id = many.organization_id
            and latest.received_at > ${instantOf(earlier(now, STORM_MS))})
      ), next as materialized (
        select id, next_attempt_at, turn
        from (select *, row_number() over (partition by owner order by next_attempt_at, id) as turn from waiting where not suspect) r
        where turn <= ${perStorm} or owner not in (select owner from stormy)
      )`
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const instantOf = (at: Date) => sql`${at.toISOString()}::timestamptz`

/** Of a row that is looked up by its id: said so that no index over what waits seems to be a shorter way to it. */
const isDue = (at: Date) => sql`case when ${INBOX_WAITING} then next_attempt_at <= ${instantOf(at)} end`

/** Whether any row has been due since `dueBefore`, or free of a consumer that died since `freeBefore`. */
export async function hasOverdueAcrossOrganizations(
  db: Database,
  since: { dueBefore: Date; freeBefore: Date },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`
      select 1 from webhook_inbox where ${INBOX_WAITING} and (
        status in ${inboxLifecycle.sourcesOf('claim')} and next_attempt_at <= ${instantOf(since.dueBefore)}
        or status in ${inboxLifecycle.sourcesOf('reclaim')} and next_attempt_at <= ${instantOf(since.freeBefore)})
      limit 1`,
  )
  return rows.length > 0
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

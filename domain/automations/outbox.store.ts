import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { ClaimedRow } from './outbox.entry.ts'

const Claimed = z
  .object({
    id: z.uuid(),
    organization_id: z.string(),
    kind: z.string(),
    payload: z.unknown(),
    attempts: z.number().int(),
  })
  .transform((row): ClaimedRow => ({
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    payload: row.payload,
    attempts: row.attempts,
  }))

export interface OutboxClaim {
  /** Only these rows; without it whatever is due. */
  ids?: string[]
  limit: number
  now: Date
}

/**
 * Takes due rows, the oldest first, so that nobody else dispatches them meanwhile; rows that others hold are passed
 * over. Across organizations: the outbox belongs to the platform.
 */
export async function claimOutboxAcrossOrganizations(db: Database, claim: OutboxClaim): Promise<ClaimedRow[]> {
  const now = sql`${claim.now.toISOString()}::timestamptz`
  const only: SQL = claim.ids ? sql`and id in ${claim.ids}` : sql``
  const rows = await queryRows(
    db,
    sql`
      with due as materialized (
        select id from outbox where status = 'pending' and available_at <= ${now} ${only}
        order by available_at, id limit ${claim.limit} for update skip locked
      )
      update outbox set status = 'processing', claimed_at = ${now}, updated_at = ${now}
      from due where outbox.id = due.id
      returning outbox.id, organization_id, kind, payload, attempts`,
  )
  return rows.map((row) => Claimed.parse(row)).sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** What became of a claimed row. */
export interface OutboxSettlement {
  id: string
  status: 'dispatched' | 'pending' | 'failed'
  attempts: number
  availableAt: Date
  error: string | null
}

/** Writes what became of rows claimed at `claimedAt`; rows that were taken over since are left to whoever took them. */
export async function settleOutboxAcrossOrganizations(
  db: Database,
  input: { claimedAt: Date; now: Date; settlements: OutboxSettlement[] },
): Promise<void> {
  const rows = input.settlements.map((row) => ({
    id: row.id,
    status: row.status,
    attempts: row.attempts,
    available_at: row.availableAt.toISOString(),
    last_error: row.error,
  }))
  await queryRows(
    db,
    sql`
      update outbox set status = settled.status, attempts = settled.attempts, available_at = settled.available_at,
        last_error = settled.last_error, claimed_at = null, updated_at = ${input.now.toISOString()}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as settled(id uuid, status text, attempts int, available_at timestamptz, last_error text)
      where outbox.id = settled.id and outbox.status = 'processing'
        and outbox.claimed_at = ${input.claimedAt.toISOString()}::timestamptz`,
  )
}

/**
 * Gives rows back whose dispatcher disappeared after claiming them before `claimedBefore`; one that did so
 * `maxAttempts` times fails. Returns the ids of those that failed.
 */
export async function recoverOutboxAcrossOrganizations(
  db: Database,
  input: { claimedBefore: Date; maxAttempts: number; now: Date },
): Promise<string[]> {
  const rows = await queryRows(
    db,
    sql`
      update outbox set attempts = attempts + 1, claimed_at = null, updated_at = ${input.now.toISOString()},
        last_error = 'The dispatcher disappeared',
        status = case when attempts + 1 >= ${input.maxAttempts}::int then 'failed' else 'pending' end
      where status = 'processing' and claimed_at < ${input.claimedBefore.toISOString()}::timestamptz
      returning id, status`,
  )
  const recovered = rows.map((row) => z.object({ id: z.uuid(), status: z.string() }).parse(row))
  return recovered.filter((row) => row.status === 'failed').map((row) => row.id)
}

/** Removes up to `limit` rows that were dispatched before the instant. Returns how many. */
export async function deleteDispatchedAcrossOrganizations(
  db: Database,
  input: { before: Date; limit: number },
): Promise<number> {
  const rows = await queryRows(
    db,
    sql`
      delete from outbox where id in (
        select id from outbox where status = 'dispatched' and available_at < ${input.before.toISOString()}::timestamptz
          and updated_at < ${input.before.toISOString()}::timestamptz
        limit ${input.limit}
      )
      returning id`,
  )
  return rows.length
}

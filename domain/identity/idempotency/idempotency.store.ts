import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'

export interface IdempotencyKey {
  organizationId: string
  userId: string
  route: string
  key: string
}

const StoredRow = z.object({
  request_hash: z.string(),
  claim_token: z.string(),
  status: z.number().nullable(),
  sealed_body: z.string().nullable(),
})
export type StoredRequest = z.infer<typeof StoredRow>

/**
 * Claims a key by its primary key: true for the one who may work. One that has expired is claimed anew, and one whose
 * holder died (`staleBefore`) by the same request only.
 */
export async function claimKey(
  db: Database,
  key: IdempotencyKey,
  claim: { requestHash: string; claimToken: string; now: Date; staleBefore: Date; expiresAt: Date },
): Promise<boolean> {
  const now = claim.now.toISOString()
  const rows = await queryRows(
    db,
    sql`insert into idempotency_keys as known
          (organization_id, user_id, route, key, request_hash, claim_token, claimed_at, expires_at)
        values (${key.organizationId}, ${key.userId}, ${key.route}, ${key.key}, ${claim.requestHash},
                ${claim.claimToken}::uuid, ${now}::timestamptz, ${claim.expiresAt.toISOString()}::timestamptz)
        on conflict (organization_id, user_id, route, key) do update
          set request_hash = excluded.request_hash, claim_token = excluded.claim_token,
              claimed_at = excluded.claimed_at, expires_at = excluded.expires_at, status = null, sealed_body = null
          where known.expires_at <= ${now}::timestamptz
             or (known.status is null and known.request_hash = excluded.request_hash
                 and known.claimed_at < ${claim.staleBefore.toISOString()}::timestamptz)
        returning 1 as claimed`,
  )
  return rows.length > 0
}

export async function findRequest(db: Database, key: IdempotencyKey): Promise<StoredRequest | undefined> {
  const rows = await queryRows(
    db,
    sql`select request_hash, claim_token, status, sealed_body from idempotency_keys
        where organization_id = ${key.organizationId} and user_id = ${key.userId}
          and route = ${key.route} and key = ${key.key}`,
  )
  return rows[0] && StoredRow.parse(rows[0])
}

export async function storeAnswer(
  db: Database,
  key: IdempotencyKey,
  answer: { claimToken: string; status: number; sealedBody: string },
): Promise<void> {
  await queryRows(
    db,
    sql`update idempotency_keys set status = ${answer.status}, sealed_body = ${answer.sealedBody}
        where organization_id = ${key.organizationId} and user_id = ${key.userId} and route = ${key.route}
          and key = ${key.key} and claim_token = ${answer.claimToken}::uuid`,
  )
}

export async function releaseKey(db: Database, key: IdempotencyKey, claimToken: string): Promise<void> {
  await queryRows(
    db,
    sql`delete from idempotency_keys
        where organization_id = ${key.organizationId} and user_id = ${key.userId} and route = ${key.route}
          and key = ${key.key} and claim_token = ${claimToken}::uuid and status is null`,
  )
}

/** Throws out what has expired, a bounded number at once. */
export async function deleteExpiredKeysAcrossOrganizations(
  db: Database,
  input: { now: Date; limit: number },
): Promise<number> {
  const rows = await queryRows(
    db,
    sql`delete from idempotency_keys where ctid = any(array(
          select ctid from idempotency_keys where expires_at <= ${input.now.toISOString()}::timestamptz
          limit ${input.limit}))
        returning 1 as deleted`,
  )
  return rows.length
}

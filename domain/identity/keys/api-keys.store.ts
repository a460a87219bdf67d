import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import { ApiKeyScope } from '#schema/contracts/scopes'
import type { AuditRow } from '../audit/audit-row.ts'
import { auditedFrom, jsonInstant } from '../audit/audit.store.ts'

const ApiKeyRow = z.object({
  id: z.string(),
  name: z.string(),
  start: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  scopes: z.array(ApiKeyScope).catch([]),
  expiresAt: z.coerce.date().nullable(),
  lastUsedAt: z.coerce.date().nullable(),
  createdAt: z.coerce.date(),
})
export type ApiKeyRow = z.infer<typeof ApiKeyRow>

/** A person's own keys in all organizations, newest first. */
export async function listApiKeysAcrossOrganizations(db: Database, userId: string): Promise<ApiKeyRow[]> {
  const rows = await queryRows(
    db,
    sql`select api_keys.id, api_keys.name, api_keys.start, api_keys.organization_id as "organizationId",
               organizations.name as "organizationName", api_keys.scopes, api_keys.expires_at as "expiresAt",
               api_keys.last_used_at as "lastUsedAt", api_keys.created_at as "createdAt"
        from api_keys join organizations on organizations.id = api_keys.organization_id
        where api_keys.user_id = ${userId}
        order by api_keys.created_at desc, api_keys.id desc`,
  )
  return rows.map((row) => ApiKeyRow.parse(row))
}

export interface NewApiKey {
  id: string
  userId: string
  name: string
  start: string
  keyHash: string
  scopes: readonly ApiKeyScope[]
  now: Date
  expiresAt: Date | null
  audit: AuditRow
}

/**
 * The lowest of a person's slots that is free. Two keys made at once may both choose it: the unique index lets one in,
 * and the other tries again.
 */
export const freeSlot = (userId: ReturnType<typeof sql>, maxKeys: number) => sql`(
  select slot from generate_series(1, ${maxKeys}::int) as slot
  where not exists (select 1 from api_keys taken where taken.user_id = ${userId} and taken.slot = slot.slot)
  order by slot limit 1
)`

/** The instant of a key's end in SQL; null: never. */
export const expiry = (expiresAt: Date | null) => sql`${expiresAt?.toISOString() ?? null}::timestamptz`

/**
 * Makes a key in a free slot of the person, with the entry of it. False when there is none; throws the driver's unique violation when another
 * key took the slot at the same time.
 */
export async function insertApiKey(
  db: Database,
  organizationId: string,
  made: NewApiKey & { maxKeys: number },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with made as (
          insert into api_keys
            (id, organization_id, user_id, name, start, key_hash, slot, scopes, expires_at, created_at)
          select ${made.id}, ${organizationId}, ${made.userId}, ${made.name}, ${made.start}, ${made.keyHash}, free.slot,
                 ${JSON.stringify(made.scopes)}::jsonb, ${expiry(made.expiresAt)}, ${made.now.toISOString()}::timestamptz
          from ${freeSlot(sql`${made.userId}`, made.maxKeys)} as free
          returning id
        ), audited as (${auditedFrom('made', made.audit)})
        select id from made`,
  )
  return rows.length > 0
}

/**
 * Ends one of the person's own keys, with the entry of it in the organization that the key was for. False when there is
 * none.
 */
export async function deleteApiKeyAcrossOrganizations(
  db: Database,
  key: { id: string; userId: string; audit: AuditRow },
): Promise<boolean> {
  const known = {
    organizationId: sql`(select organization_id from deleted)`,
    subjectLabel: sql`(select name from deleted)`,
    before: sql`(select jsonb_build_object('scopes', scopes, 'expiresAt', ${jsonInstant(sql`expires_at`)}) from deleted)`,
  }
  const rows = await queryRows(
    db,
    sql`with deleted as (
          delete from api_keys where id = ${key.id} and user_id = ${key.userId}
          returning id, organization_id, name, scopes, expires_at
        ), audited as (${auditedFrom('deleted', key.audit, known)})
        select id from deleted`,
  )
  return rows.length > 0
}

/** Which of these keys of an organization live: they were not deleted, and have not expired. */
export async function findLivingKeys(
  db: Database,
  organizationId: string,
  asked: { keyIds: readonly string[]; now: Date },
): Promise<string[]> {
  const rows = await queryRows(
    db,
    sql`select id from api_keys
        where organization_id = ${organizationId}
          and id in (select jsonb_array_elements_text(${JSON.stringify(asked.keyIds)}::jsonb))
          and (expires_at is null or expires_at > ${asked.now.toISOString()}::timestamptz)`,
  )
  return rows.map((row) => z.object({ id: z.string() }).parse(row).id)
}

const KeyHolder = z.object({
  keyId: z.string(),
  scopes: z.array(ApiKeyScope).catch([]),
  userId: z.string(),
  userName: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  image: z.string().nullable(),
  organizationId: z.string(),
  organizationName: z.string(),
  organizationSlug: z.string(),
  role: z.string(),
  suspended: z.boolean(),
})
export type KeyHolder = z.infer<typeof KeyHolder>

/**
 * Who a living key acts for, as long as that person is a member of the key's organization; notes at most once a minute
 * that it was used.
 */
export async function findKeyHolderAcrossOrganizations(
  db: Database,
  key: { keyHash: string; now: Date; usedBefore: Date },
): Promise<KeyHolder | undefined> {
  const now = sql`${key.now.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`with holder as (
          select api_keys.id as "keyId", api_keys.scopes, users.id as "userId", users.name as "userName", users.email,
                 users.email_verified as "emailVerified", users.image, organizations.id as "organizationId",
                 organizations.name as "organizationName", organizations.slug as "organizationSlug", members.role,
                 users.suspended_at is not null as suspended
          from api_keys
          join users on users.id = api_keys.user_id
          join organizations on organizations.id = api_keys.organization_id
          join members on members.user_id = users.id and members.organization_id = organizations.id
          where api_keys.key_hash = ${key.keyHash} and (api_keys.expires_at is null or api_keys.expires_at > ${now})
        ), used as (
          update api_keys set last_used_at = ${now}
          where id = (select "keyId" from holder)
            and (last_used_at is null or last_used_at < ${key.usedBefore.toISOString()}::timestamptz)
        )
        select * from holder`,
  )
  return rows[0] && KeyHolder.parse(rows[0])
}

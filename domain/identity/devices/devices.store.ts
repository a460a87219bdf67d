import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { AuditRow } from '../audit/audit-row.ts'
import { auditedFrom } from '../audit/audit.store.ts'
import { expiry, freeSlot, type NewApiKey } from '../keys/api-keys.store.ts'

const DeviceRow = z.object({
  id: z.string(),
  userCode: z.string(),
  status: z.enum(['pending', 'authorized', 'denied', 'consumed']),
  clientName: z.string(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  userId: z.string().nullable(),
  organizationId: z.string().nullable(),
  expiresAt: z.coerce.date(),
  createdAt: z.coerce.date(),
})
export type DeviceRow = z.infer<typeof DeviceRow>

const columns = sql`id, user_code as "userCode", status, client_name as "clientName", ip_address as "ipAddress",
  user_agent as "userAgent", user_id as "userId", organization_id as "organizationId", expires_at as "expiresAt",
  created_at as "createdAt"`
const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`

export interface NewDevice {
  id: string
  userCode: string
  deviceCodeHash: string
  clientName: string
  ipAddress: string | null
  userAgent: string | null
  intervalSeconds: number
  now: Date
  expiresAt: Date
}

/** False when the user code is taken by another request. */
export async function insertDeviceAcrossOrganizations(db: Database, made: NewDevice): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`insert into device_codes (id, user_code, device_code_hash, client_name, ip_address, user_agent,
                                  interval_seconds, expires_at, created_at)
        values (${made.id}, ${made.userCode}, ${made.deviceCodeHash}, ${made.clientName}, ${made.ipAddress},
                ${made.userAgent}, ${made.intervalSeconds}::int, ${at(made.expiresAt)}, ${at(made.now)})
        on conflict do nothing returning id`,
  )
  return rows.length > 0
}

export async function findDeviceAcrossOrganizations(db: Database, userCode: string): Promise<DeviceRow | undefined> {
  const rows = await queryRows(db, sql`select ${columns} from device_codes where user_code = ${userCode}`)
  return rows[0] && DeviceRow.parse(rows[0])
}

interface Decision {
  userCode: string
  userId: string
  now: Date
  audit: AuditRow
}
const subjectId = sql`(select id from decided)`

/**
 * Gives a pending request to a person who is a member of that organization, with the entry of it. False when it is not
 * pending any more.
 */
export async function authorizeDevice(db: Database, organizationId: string, by: Decision): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with decided as (
          update device_codes set status = 'authorized', user_id = ${by.userId}, organization_id = ${organizationId}
          where user_code = ${by.userCode} and status = 'pending' and expires_at > ${at(by.now)}
            and exists (select 1 from members where organization_id = ${organizationId} and user_id = ${by.userId})
          returning id
        ), audited as (${auditedFrom('decided', by.audit, { subjectId })})
        select id from decided`,
  )
  return rows.length > 0
}

/** Refuses a pending request, with the entry of it. False when it is not pending any more. */
export async function denyDeviceAcrossOrganizations(db: Database, by: Decision): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with decided as (
          update device_codes set status = 'denied', user_id = ${by.userId}
          where user_code = ${by.userCode} and status = 'pending' and expires_at > ${at(by.now)}
          returning id
        ), audited as (${auditedFrom('decided', by.audit, { subjectId })})
        select id from decided`,
  )
  return rows.length > 0
}

const Polled = DeviceRow.extend({ isTooSoon: z.boolean() })

/** Notes that the device asked. Asking too soon makes the interval five seconds longer (RFC 8628 §3.5). */
export async function pollDeviceAcrossOrganizations(
  db: Database,
  poll: { deviceCodeHash: string; now: Date },
): Promise<z.infer<typeof Polled> | undefined> {
  const rows = await queryRows(
    db,
    sql`with asked as (
          select ${columns}, coalesce(
            last_polled_at > ${at(poll.now)} - interval_seconds * interval '1 second', false) as "isTooSoon"
          from device_codes where device_code_hash = ${poll.deviceCodeHash} for update
        ), noted as (
          update device_codes set last_polled_at = ${at(poll.now)},
            interval_seconds = interval_seconds + case when asked."isTooSoon" then 5 else 0 end
          from asked where device_codes.id = asked.id
        )
        select * from asked`,
  )
  return rows[0] && Polled.parse(rows[0])
}

const Minted = z.object({
  userId: z.string(),
  userName: z.string(),
  email: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  organizationSlug: z.string(),
})

/**
 * Consumes an authorized request and makes its key, with the entry of it, in one statement: of two polls at once one
 * gets a key. Nothing happens when the person is no member any more, or has no slot free. Throws the driver's unique
 * violation when another key took the slot at the same time; the request is then still authorized.
 */
export async function consumeDeviceAcrossOrganizations(
  db: Database,
  made: Omit<NewApiKey, 'userId'> & { deviceId: string; maxKeys: number },
): Promise<z.infer<typeof Minted> | undefined> {
  const actorName = sql`(select users.name from users join consumed on consumed.user_id = users.id)`
  const rows = await queryRows(
    db,
    sql`with consumed as (
          update device_codes set status = 'consumed'
          where id = ${made.deviceId} and status = 'authorized' and expires_at > ${at(made.now)}
            and exists (select 1 from members where members.user_id = device_codes.user_id
                                                and members.organization_id = device_codes.organization_id)
            and ${freeSlot(sql`device_codes.user_id`, made.maxKeys)} is not null
          returning user_id, organization_id
        ), minted as (
          insert into api_keys (id, organization_id, user_id, name, start, key_hash, slot, scopes, expires_at, created_at)
          select ${made.id}, consumed.organization_id, consumed.user_id, ${made.name}, ${made.start}, ${made.keyHash},
                 ${freeSlot(sql`consumed.user_id`, made.maxKeys)}, ${JSON.stringify(made.scopes)}::jsonb,
                 ${expiry(made.expiresAt)}, ${at(made.now)}
          from consumed
          returning id
        ), audited as (${auditedFrom('minted', made.audit, { actorName })})
        select users.id as "userId", users.name as "userName", users.email, organizations.id as "organizationId",
               organizations.name as "organizationName", organizations.slug as "organizationSlug"
        from consumed join users on users.id = consumed.user_id
        join organizations on organizations.id = consumed.organization_id`,
  )
  return rows[0] && Minted.parse(rows[0])
}

/** Requests that nobody can use any more, and old counts of attempts. */
export async function deleteSpentAcrossOrganizations(db: Database, before: Date): Promise<void> {
  await queryRows(
    db,
    sql`with devices as (delete from device_codes where expires_at < ${at(before)})
        delete from attempts where since < ${at(before)}`,
  )
}

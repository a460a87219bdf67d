import { and, asc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import { storableJson } from '#kernel/json'
import { Id } from '#schema/contracts/common'
import { integrations, triggerPollGroups } from '#schema/tables/index'

// Groups are made and removed by the database itself, with the triggers that they stand for (migration
// follow_polling_triggers). Here they are only read, leased and moved on.

const DueGroup = z
  .object({ id: Id, organization_id: z.string() })
  .transform((row) => ({ groupId: row.id, organizationId: row.organization_id }))

/** Groups that are due and that nobody works on, the longest due first. */
export async function listDueGroupsAcrossOrganizations(
  db: Database,
  input: { now: Date; limit: number },
): Promise<{ groupId: string; organizationId: string }[]> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`
      select id, organization_id from trigger_poll_groups
      where next_poll_at <= ${now} and (lease_expires_at is null or lease_expires_at <= ${now})
      order by next_poll_at limit ${input.limit}`,
  )
  return rows.map((row) => DueGroup.parse(row))
}

const LeasedGroup = z
  .object({
    id: Id,
    organization_id: z.string(),
    provider: z.string(),
    integration_id: Id.nullable(),
    cursor: z.unknown(),
    interval_seconds: z.number().int(),
    consecutive_failures: z.number().int(),
  })
  .transform((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    provider: row.provider,
    integrationId: row.integration_id,
    cursor: row.cursor,
    intervalSeconds: row.interval_seconds,
    consecutiveFailures: row.consecutive_failures,
  }))
export type LeasedGroup = z.infer<typeof LeasedGroup>

/** Takes a group for one poll; null when it is gone, was polled meanwhile, or is being polled. */
export async function leaseGroup(
  db: Database,
  input: { organizationId: string; groupId: string; leaseToken: string; now: Date; minLeaseSeconds: number },
): Promise<LeasedGroup | null> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const [row] = await queryRows(
    db,
    sql`
      update trigger_poll_groups
      set lease_token = ${input.leaseToken},
        lease_expires_at = ${now} + greatest(interval_seconds, ${input.minLeaseSeconds}::integer) * interval '1 second'
      where id = ${input.groupId} and organization_id = ${input.organizationId} and next_poll_at <= ${now}
        and (lease_expires_at is null or lease_expires_at <= ${now})
      returning id, organization_id, provider, integration_id, cursor, interval_seconds, consecutive_failures`,
  )
  return row === undefined ? null : LeasedGroup.parse(row)
}

/**
 * Moves the cursor after everything was handed off, and gives the group back. An UPDATE and never an upsert: a group
 * that went away meanwhile stays away. `error`: what the poll went on without. False when the lease was lost.
 */
export async function settlePoll(
  db: Database,
  input: { groupId: string; leaseToken: string; cursor: unknown; error: string | null; nextPollAt: Date; now: Date },
): Promise<boolean> {
  const now = input.now.toISOString()
  const rows = await queryRows(
    db,
    sql`
      update trigger_poll_groups
      set cursor = ${JSON.stringify(storableJson(input.cursor))}::jsonb, last_polled_at = ${now}::timestamptz,
        next_poll_at = ${input.nextPollAt.toISOString()}::timestamptz, lease_token = null, lease_expires_at = null,
        consecutive_failures = 0, last_error = ${input.error}, updated_at = ${now}::timestamptz
      where id = ${input.groupId} and lease_token = ${input.leaseToken}
      returning id`,
  )
  return rows.length > 0
}

/** Gives a group back after a poll that failed; its cursor stays where it was. */
export async function failPoll(
  db: Database,
  input: { groupId: string; leaseToken: string; error: string; nextPollAt: Date; now: Date },
): Promise<void> {
  await queryRows(
    db,
    sql`
      update trigger_poll_groups
      set next_poll_at = ${input.nextPollAt.toISOString()}::timestamptz, lease_token = null, lease_expires_at = null,
        consecutive_failures = consecutive_failures + 1, last_error = ${input.error},
        updated_at = ${input.now.toISOString()}::timestamptz
      where id = ${input.groupId} and lease_token = ${input.leaseToken}`,
  )
}

const triggerCount = sql<number>`(select count(*)::int from triggers t
  where t.organization_id = ${triggerPollGroups.organizationId} and t.provider = ${triggerPollGroups.provider}
    and t.integration_id is not distinct from ${triggerPollGroups.integrationId}
    and t.enabled and t.trigger_type = 'polling')`

/** The organization's groups, by provider. */
export function listPollGroupRows(db: Database, organizationId: string) {
  return db
    .select({ group: triggerPollGroups, integrationName: integrations.displayName, triggerCount })
    .from(triggerPollGroups)
    .leftJoin(
      integrations,
      and(
        eq(integrations.id, triggerPollGroups.integrationId),
        eq(integrations.organizationId, triggerPollGroups.organizationId),
      ),
    )
    .where(eq(triggerPollGroups.organizationId, organizationId))
    .orderBy(asc(triggerPollGroups.provider), asc(triggerPollGroups.id))
}
export type ShownPollGroup = Awaited<ReturnType<typeof listPollGroupRows>>[number]

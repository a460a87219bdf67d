import { and, desc, eq, lt, ne, sql } from 'drizzle-orm'
import { auditedFrom, type AuditRow } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'
import type { PageQuery } from '#schema/contracts/common'
import type { IntegrationStatus } from '#schema/contracts/integrations'
import { integrations } from '#schema/tables/index'

export type IntegrationRow = typeof integrations.$inferSelect

/** Connects; null when the organization has this connection already. One that was disconnected comes back to life. */
export async function saveIntegration(
  db: Database,
  row: Pick<
    IntegrationRow,
    | 'id'
    | 'organizationId'
    | 'provider'
    | 'integrationId'
    | 'connectionId'
    | 'externalId'
    | 'displayName'
    | 'sealedToken'
    | 'createdBy'
  > & { now: Date; audit: AuditRow },
): Promise<IntegrationRow | null> {
  const { now, audit, ...values } = row
  const { id: _id, organizationId: _organization, connectionId: _connection, ...changed } = values
  const saved = db.$with('saved').as(
    db
      .insert(integrations)
      .values({ ...values, createdAt: now, updatedAt: now })
      .onConflictDoUpdate({
        target: [integrations.organizationId, integrations.connectionId],
        set: { ...changed, status: 'active', authFailures: 0, rateLimitedUntil: null, updatedAt: now },
        setWhere: ne(integrations.status, 'active'),
      })
      .returning(),
  )
  const subjectId = sql`(select id::text from saved)`
  const audited = db.$with('audited', {}).as(auditedFrom('saved', audit, { subjectId }))
  const [connection] = await db.with(saved, audited).select().from(saved)
  return connection ?? null
}

export async function findIntegrationRow(
  db: Database,
  organizationId: string,
  id: string,
): Promise<IntegrationRow | null> {
  const [row] = await db
    .select()
    .from(integrations)
    .where(and(eq(integrations.organizationId, organizationId), eq(integrations.id, id)))
    .limit(1)
  return row ?? null
}

/** The organization's connections without those that were taken away, newest first, one more than asked for. */
export function listIntegrationRows(db: Database, organizationId: string, page: PageQuery): Promise<IntegrationRow[]> {
  return db
    .select()
    .from(integrations)
    .where(
      and(
        eq(integrations.organizationId, organizationId),
        ne(integrations.status, 'deleted'),
        page.cursor === undefined ? undefined : lt(integrations.id, page.cursor),
      ),
    )
    .orderBy(desc(integrations.id))
    .limit(page.limit + 1)
}

/** Instants of rows that Postgres stamped itself have microseconds; what was read has milliseconds. */
const unchanged = (unchangedSince: Date | null) =>
  unchangedSince === null
    ? undefined
    : sql`date_trunc('milliseconds', ${integrations.updatedAt}) = ${unchangedSince.toISOString()}::timestamptz`

/** Changes one that was not taken away; null when there is none, or it was changed since `unchangedSince`. */
export async function updateIntegrationRow(
  db: Database,
  input: {
    organizationId: string
    id: string
    change: Partial<Pick<IntegrationRow, 'displayName' | 'sealedToken'>> & { status?: IntegrationStatus }
    /** Null: whenever it was changed last. */
    unchangedSince: Date | null
    now: Date
    audit: AuditRow
  },
): Promise<IntegrationRow | null> {
  const { organizationId, id, change, unchangedSince, now, audit } = input
  const fresh = change.sealedToken === undefined ? {} : { authFailures: 0, rateLimitedUntil: null }
  // Strictly later than before, so that two edits within one millisecond cannot look like one.
  const updatedAt = sql`greatest(${now.toISOString()}::timestamptz, ${integrations.updatedAt} + interval '1 millisecond')`
  const changed = db.$with('changed').as(
    db
      .update(integrations)
      .set({ ...change, ...fresh, updatedAt })
      .where(
        and(
          eq(integrations.organizationId, organizationId),
          eq(integrations.id, id),
          ne(integrations.status, 'deleted'),
          unchanged(unchangedSince),
        ),
      )
      .returning(),
  )
  const audited = db.$with('audited', {}).as(auditedFrom('changed', audit))
  const [row] = await db.with(changed, audited).select().from(changed)
  return row ?? null
}

/** Counts a refusal, and expires the connection with the `expireAfter`th in a row. Returns what it is now. */
export async function countAuthFailure(
  db: Database,
  input: { organizationId: string; integrationId: string; expireAfter: number; now: Date },
): Promise<string | null> {
  const [row] = await db
    .update(integrations)
    .set({
      authFailures: sql`${integrations.authFailures} + 1`,
      status: sql`case when ${integrations.status} = 'active' and ${integrations.authFailures} + 1 >= ${input.expireAfter}
        then 'expired' else ${integrations.status} end`,
      updatedAt: input.now,
    })
    .where(and(eq(integrations.organizationId, input.organizationId), eq(integrations.id, input.integrationId)))
    .returning({ status: integrations.status })
  return row?.status ?? null
}

export async function clearAuthFailures(
  db: Database,
  input: { organizationId: string; integrationId: string; now: Date },
): Promise<void> {
  await db
    .update(integrations)
    .set({ authFailures: 0, updatedAt: input.now })
    .where(and(eq(integrations.organizationId, input.organizationId), eq(integrations.id, input.integrationId)))
}

/** Puts connections off; an instant never moves back. */
export async function limitIntegrationsAcrossOrganizations(
  db: Database,
  input: { limits: { integrationId: string; until: Date }[]; now: Date },
): Promise<void> {
  const limits = input.limits.map(({ integrationId, until }) => ({ id: integrationId, until: until.toISOString() }))
  await queryRows(
    db,
    sql`
      update integrations i
      set rate_limited_until = greatest(i.rate_limited_until, l.until), updated_at = ${input.now.toISOString()}::timestamptz
      from (
        select id, max(until) as until
        from jsonb_to_recordset(${JSON.stringify(limits)}::jsonb) as given(id uuid, until timestamptz) group by id
      ) l
      where i.id = l.id`,
  )
}

import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { auditedFrom, type AuditRow } from '#domain/identity'
import type { Database } from '#kernel/database'
import type { PageQuery } from '#schema/contracts/common'
import { webhookEndpoints } from '#schema/tables/triggers'

export type EndpointRow = typeof webhookEndpoints.$inferSelect

/** So many secrets may verify at once: each costs a webhook with a wrong signature one more comparison. */
const MAX_PREVIOUS = 9

/** The secrets before the present one as a list of JSON; rows of before hold one as it is. */
const PREVIOUS = sql`case when webhook_endpoints.previous_sealed_secret like '[%'
  then webhook_endpoints.previous_sealed_secret::jsonb
  else jsonb_build_array(jsonb_build_object('sealedSecret', webhook_endpoints.previous_sealed_secret,
    'validUntil', webhook_endpoints.previous_valid_until)) end`

/**
 * The secret there is now stays valid until then, and those before it as long as each was promised, since it may be any of
 * them that the sender uses. Null: all of them stop at once.
 */
function replaced(until: Date | null, now: Date) {
  // Strictly later than before, so that of two copies the newer one is known.
  const updatedAt = sql`greatest(${now.toISOString()}::timestamptz, webhook_endpoints.updated_at + interval '1 millisecond')`
  if (until === null) return { previousSealedSecret: null, previousValidUntil: null, updatedAt }
  const validUntil = until.toISOString()
  const earlier = sql`select coalesce(jsonb_agg(p.secret order by p.place), '[]')
    from jsonb_array_elements(${PREVIOUS}) with ordinality p(secret, place)
    where p.place < ${MAX_PREVIOUS} and (p.secret->>'validUntil')::timestamptz > ${now.toISOString()}::timestamptz`
  return {
    previousSealedSecret: sql`(jsonb_build_array(jsonb_build_object('sealedSecret', webhook_endpoints.sealed_secret,
      'validUntil', ${validUntil}::text)) || (${earlier}))::text`,
    previousValidUntil: sql`greatest(webhook_endpoints.previous_valid_until, ${validUntil}::timestamptz)`,
    updatedAt,
  }
}

/**
 * Makes the organization's endpoint for a provider, or gives the one that is there a new secret under its old
 * address; the old one stays valid until `previousUntil`. `audit` is the entry of the first, and is told which it was.
 */
export async function saveEndpoint(
  db: Database,
  row: Pick<EndpointRow, 'id' | 'organizationId' | 'provider' | 'sealedSecret' | 'createdBy'> & {
    previousUntil: Date
    now: Date
    audit: AuditRow
  },
): Promise<EndpointRow> {
  const { now, previousUntil, audit, ...values } = row
  const saved = db.$with('saved').as(
    db
      .insert(webhookEndpoints)
      .values({ ...values, createdAt: now, updatedAt: now })
      .onConflictDoUpdate({
        target: [webhookEndpoints.organizationId, webhookEndpoints.provider],
        targetWhere: isNull(webhookEndpoints.triggerId),
        set: { sealedSecret: values.sealedSecret, ...replaced(previousUntil, now) },
      })
      .returning(),
  )
  const known = {
    verb: sql`(select case when id = ${row.id}::uuid then 'create' else 'rotate_secret' end from saved)`,
    subjectId: sql`(select id::text from saved)`,
  }
  const audited = db.$with('audited', {}).as(auditedFrom('saved', audit, known))
  const [endpoint] = await db.with(saved, audited).select().from(saved)
  return endpoint as EndpointRow
}

/** Gives one of the organization's endpoints a new secret; null when there is no such endpoint. */
export async function rotateSecret(
  db: Database,
  organizationId: string,
  input: { id: string; sealedSecret: string; previousUntil: Date | null; now: Date; audit: AuditRow },
): Promise<EndpointRow | null> {
  const { id, sealedSecret, previousUntil, now, audit } = input
  const rotated = db.$with('rotated').as(
    db
      .update(webhookEndpoints)
      .set({ sealedSecret, ...replaced(previousUntil, now) })
      .where(and(eq(webhookEndpoints.organizationId, organizationId), eq(webhookEndpoints.id, id)))
      .returning(),
  )
  const audited = db.$with('audited', {}).as(auditedFrom('rotated', audit))
  const [row] = await db.with(rotated, audited).select().from(rotated)
  return row ?? null
}

export async function findEndpointRow(db: Database, organizationId: string, id: string): Promise<EndpointRow | null> {
  const [row] = await db
    .select()
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.organizationId, organizationId), eq(webhookEndpoints.id, id)))
    .limit(1)
  return row ?? null
}

/**
 * One endpoint by the unguessable id in its address: the caller has proved nothing yet, so no organization is known.
 */
export async function findEndpointAcrossOrganizations(db: Database, id: string): Promise<EndpointRow | null> {
  const [row] = await db.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id)).limit(1)
  return row ?? null
}

/** The organization's endpoints, newest first, one more than asked for. */
export function listEndpointRows(db: Database, organizationId: string, page: PageQuery): Promise<EndpointRow[]> {
  const own = eq(webhookEndpoints.organizationId, organizationId)
  return db
    .select()
    .from(webhookEndpoints)
    .where(page.cursor === undefined ? own : and(own, lt(webhookEndpoints.id, page.cursor)))
    .orderBy(desc(webhookEndpoints.id))
    .limit(page.limit + 1)
}

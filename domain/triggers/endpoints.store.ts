import { and, desc, eq, lt } from 'drizzle-orm'
import type { Database } from '#kernel/database'
import type { PageQuery } from '#schema/contracts/common'
import { webhookEndpoints } from '#schema/tables/triggers'

export type EndpointRow = typeof webhookEndpoints.$inferSelect

/**
 * Makes the organization's endpoint for a provider, or gives the one that is there a new secret under its old
 * address.
 */
export async function saveEndpoint(
  db: Database,
  row: Pick<EndpointRow, 'id' | 'organizationId' | 'provider' | 'sealedSecret' | 'createdBy'> & { now: Date },
): Promise<EndpointRow> {
  const { now, ...values } = row
  const [saved] = await db
    .insert(webhookEndpoints)
    .values({ ...values, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({
      target: [webhookEndpoints.organizationId, webhookEndpoints.provider],
      set: { sealedSecret: values.sealedSecret, updatedAt: now },
    })
    .returning()
  return saved as EndpointRow
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

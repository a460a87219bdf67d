import { and, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'
import { triggers } from '#schema/tables/index'

/** Enabled triggers whose registration expires before an instant, or nobody knows when. */
export function listExpiringAcrossOrganizations(db: Database, input: { before: Date; limit: number }) {
  return db
    .select({
      id: triggers.id,
      organizationId: triggers.organizationId,
      provider: triggers.provider,
      integrationId: triggers.integrationId,
      externalWebhookId: triggers.externalWebhookId,
    })
    .from(triggers)
    .where(
      and(
        eq(triggers.enabled, true),
        isNotNull(triggers.externalWebhookId),
        or(isNull(triggers.externalWebhookExpiresAt), lt(triggers.externalWebhookExpiresAt, input.before)),
      ),
    )
    .orderBy(sql`${triggers.externalWebhookExpiresAt} nulls first`)
    .limit(input.limit)
}
export type ExpiringTrigger = Awaited<ReturnType<typeof listExpiringAcrossOrganizations>>[number]

/** Notes until when registrations hold. */
export async function noteExpiries(
  db: Database,
  organizationId: string,
  expiries: { id: string; expiresAt: string }[],
): Promise<void> {
  await queryRows(
    db,
    sql`
      update triggers t set external_webhook_expires_at = e."expiresAt"
      from jsonb_to_recordset(${JSON.stringify(expiries)}::jsonb) as e(id text, "expiresAt" timestamptz)
      where t.organization_id = ${organizationId} and t.external_webhook_id = e.id`,
  )
}

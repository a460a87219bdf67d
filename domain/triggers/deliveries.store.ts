import { and, desc, eq, getTableColumns, lt } from 'drizzle-orm'
import type { Database } from '#kernel/database'
import type { PageQuery } from '#schema/contracts/common'
import type { DeliveryStatus } from '#schema/contracts/deliveries'
import { webhookInbox } from '#schema/tables/triggers'

const { payload: _payload, headers: _headers, ...SUMMARY } = getTableColumns(webhookInbox)

export type DeliveryRow = typeof webhookInbox.$inferSelect
export type DeliverySummaryRow = Omit<DeliveryRow, 'payload' | 'headers'>

/** The organization's ledger, newest first, one more than asked for; without the bodies. */
export function listDeliveryRows(
  db: Database,
  organizationId: string,
  input: { page: PageQuery; status: DeliveryStatus | undefined },
): Promise<DeliverySummaryRow[]> {
  const { page, status } = input
  return db
    .select(SUMMARY)
    .from(webhookInbox)
    .where(
      and(
        eq(webhookInbox.organizationId, organizationId),
        status === undefined ? undefined : eq(webhookInbox.status, status),
        page.cursor === undefined ? undefined : lt(webhookInbox.id, page.cursor),
      ),
    )
    .orderBy(desc(webhookInbox.id))
    .limit(page.limit + 1)
}

export async function findDeliveryRow(db: Database, organizationId: string, id: string): Promise<DeliveryRow | null> {
  const [row] = await db
    .select()
    .from(webhookInbox)
    .where(and(eq(webhookInbox.organizationId, organizationId), eq(webhookInbox.id, id)))
    .limit(1)
  return row ?? null
}

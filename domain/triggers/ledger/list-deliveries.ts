import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { PageQuery } from '#schema/contracts/common'
import type { Delivery, DeliveryDetail, DeliveryFilter } from '#schema/contracts/deliveries'
import { DeliveryNotFound } from '../errors.ts'
import { findDeliveryRow, listDeliveryRows, listReplays, listRunsOfDelivery } from './deliveries.store.ts'
import { deliveryDetailView, deliveryView } from './delivery.view.ts'

/** The organization's delivery ledger, newest first, narrowed by a filter. */
export async function listDeliveries(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor } & DeliveryFilter & PageQuery,
): Promise<Page<Delivery>> {
  const { actor, cursor, limit, ...filter } = input
  authorize(actor, 'read', 'delivery')
  const rows = await listDeliveryRows(needs.db, actor.organizationId, { page: { cursor, limit }, filter })
  return pageOf(rows, limit, deliveryView)
}

/**
 * One delivery with its headers and body, the runs it started and its replays. Throws `delivery.not_found`, also for
 * another organization's.
 */
export async function findDelivery(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; deliveryId: string },
): Promise<DeliveryDetail> {
  const { actor, deliveryId } = input
  authorize(actor, 'read', 'delivery')
  const { organizationId } = actor
  const row = await findDeliveryRow(needs.db, organizationId, deliveryId)
  if (!row) throw DeliveryNotFound()
  const [runs, replays] = await Promise.all([
    listRunsOfDelivery(needs.db, organizationId, deliveryId),
    listReplays(needs.db, organizationId, deliveryId),
  ])
  return deliveryDetailView(row, { runs, replays })
}

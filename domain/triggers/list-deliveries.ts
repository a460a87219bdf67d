import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { PageQuery } from '#schema/contracts/common'
import type { Delivery, DeliveryDetail, DeliveryStatus } from '#schema/contracts/deliveries'
import { findDeliveryRow, listDeliveryRows } from './deliveries.store.ts'
import { deliveryDetailView, deliveryView } from './delivery.view.ts'
import { DeliveryNotFound } from './errors.ts'

/** The organization's delivery ledger, newest first. */
export async function listDeliveries(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; status?: DeliveryStatus | undefined } & PageQuery,
): Promise<Page<Delivery>> {
  const { actor, status, ...page } = input
  authorize(actor, 'read', 'delivery')
  const { organizationId } = actor
  return pageOf(await listDeliveryRows(needs.db, organizationId, { page, status }), page.limit, deliveryView)
}

/** One delivery with its headers and body. Throws `delivery.not_found`, also for another organization's. */
export async function findDelivery(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; deliveryId: string },
): Promise<DeliveryDetail> {
  authorize(input.actor, 'read', 'delivery')
  const row = await findDeliveryRow(needs.db, input.actor.organizationId, input.deliveryId)
  if (!row) throw DeliveryNotFound()
  return deliveryDetailView(row)
}

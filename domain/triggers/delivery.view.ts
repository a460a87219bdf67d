import { findIntegrationModule } from '#domain/integrations'
import { type Delivery, type DeliveryDetail, DeliveryOutcome, DeliveryStatus } from '#schema/contracts/deliveries'
import type { DeliveryRow, DeliverySummaryRow } from './deliveries.store.ts'
import { readBody } from './read-body.ts'

/** A ledger row as the API shows it. */
export const deliveryView = (row: DeliverySummaryRow): Delivery => ({
  id: row.id,
  provider: row.provider,
  endpointId: row.endpointId,
  deliveryId: row.deliveryId,
  eventType: row.eventType,
  status: DeliveryStatus.parse(row.status),
  attempt: row.attempt,
  receivedAt: row.receivedAt.toISOString(),
  processedAt: row.processedAt?.toISOString() ?? null,
  error: row.lastError,
  outcome: DeliveryOutcome.nullable().parse(row.outcome),
})

/** The same with what was received; a body that lies in blob storage is not shown. */
export const deliveryDetailView = (row: DeliveryRow): DeliveryDetail => ({
  ...deliveryView(row),
  headers: row.headers,
  payload: payloadOf(row),
})

function payloadOf(row: DeliveryRow): unknown {
  const reader = findIntegrationModule(row.provider)?.triggers.webhook
  if (!reader || row.payload === null) return null
  const body = readBody(row.payload, reader, row.headers)
  return body.ok ? body.payload : null
}

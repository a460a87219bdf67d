import { findIntegrationModule } from '#domain/integrations'
import {
  Delivery,
  DeliveryDetail,
  type DeliveryDetail as Detail,
  DeliveryOutcome,
  DeliveryStatus,
} from '#schema/contracts/deliveries'
import { RunStatus } from '#schema/contracts/runs'
import { readBody } from '../inbox/read-body.ts'
import type { DeliveryRow, DeliverySummaryRow, ReplayOfDelivery, RunOfDelivery } from './deliveries.store.ts'

/** A ledger row as the API shows it. */
export const deliveryView = (row: DeliverySummaryRow): Delivery => ({
  id: row.id,
  provider: row.provider,
  ingress: Delivery.shape.ingress.parse(row.ingress),
  endpointId: row.endpointId,
  replayOf: row.replayOf,
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
export const deliveryDetailView = (
  row: DeliveryRow,
  followed: { runs: RunOfDelivery[]; replays: ReplayOfDelivery[] },
): Detail => ({
  ...deliveryView(row),
  headers: row.headers,
  payload: payloadOf(row),
  verification: DeliveryDetail.shape.verification.parse(row.verification),
  identity: identityOf(row),
  traceId: row.traceId,
  nextAttemptAt: row.status === 'queued' ? row.nextAttemptAt.toISOString() : null,
  runs: followed.runs.map((run) => ({ ...run, status: RunStatus.parse(run.status) })),
  replays: followed.replays.map(({ id, status, madeAt }) => ({
    id,
    status: DeliveryStatus.parse(status),
    receivedAt: madeAt.toISOString(),
  })),
})

function identityOf({ identityKind, identityValue, integrationId }: DeliveryRow): Detail['identity'] {
  if (identityKind === null || identityValue === null) return null
  return DeliveryDetail.shape.identity.parse({ kind: identityKind, value: identityValue, integrationId })
}

function payloadOf(row: DeliveryRow): unknown {
  const reader = findIntegrationModule(row.provider)?.triggers.webhook
  if (!reader || row.payload === null) return null
  const body = readBody(row.payload, reader, row.headers)
  return body.ok ? body.payload : null
}

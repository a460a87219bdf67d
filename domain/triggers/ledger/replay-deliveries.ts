import { type Actor, type AuditNeeds, authorize, recordAudit } from '#domain/identity'
import { describeError } from '#kernel/errors'
import { traceIdOf } from '#kernel/trace'
import type { Delivery, ReplayDeliveries } from '#schema/contracts/deliveries'
import { DeliveryNotEnded, DeliveryNotFound, TooManyDeliveries } from '../errors.ts'
import type { DrainQueue } from '../ports.ts'
import { findDeliveryRow, findReplayable, insertReplays } from './deliveries.store.ts'
import { deliveryView } from './delivery.view.ts'

/** More than that is asked for in several stretches of time. */
const MAX_AT_ONCE = 1_000

type Needs = AuditNeeds & { drainQueue: DrainQueue }

/**
 * Processes a delivery again, as a new row of the ledger. Its events keep their dedup keys, so that only triggers that
 * did not have them yet start something: replaying is harmless however often. Throws `delivery.not_found`,
 * `auth.forbidden`, and `delivery.not_ended` while it is being processed.
 */
export async function replayDelivery(
  needs: Needs,
  input: { actor: Actor; deliveryId: string },
): Promise<Delivery> {
  const { actor, deliveryId } = input
  const { organizationId } = actor
  authorize(actor, 'read', 'delivery')
  const known = await findDeliveryRow(needs.db, organizationId, deliveryId)
  if (!known) throw DeliveryNotFound()
  authorize(actor, 'replay', 'delivery')
  const [id] = await replay(needs, { organizationId, deliveryIds: [deliveryId] })
  const row = id === undefined ? null : await findDeliveryRow(needs.db, organizationId, id)
  if (!row) throw DeliveryNotEnded()
  const subject = { kind: 'delivery', id: deliveryId, label: `${known.provider} ${known.eventType}` }
  await recordAudit(needs, { actor, verb: 'replay', subject, after: { replayId: row.id } })
  return deliveryView(row)
}

/**
 * Processes all ended deliveries of a stretch of time again. Throws `auth.forbidden`, and `delivery.too_many` for more
 * than a thousand.
 */
export async function replayDeliveries(
  needs: Needs,
  input: { actor: Actor; wanted: ReplayDeliveries },
): Promise<{ replayed: number }> {
  const { actor, wanted } = input
  authorize(actor, 'replay', 'delivery')
  const { organizationId } = actor
  const deliveryIds = await findReplayable(needs.db, organizationId, { filter: wanted, limit: MAX_AT_ONCE })
  if (deliveryIds.length > MAX_AT_ONCE) {
    throw TooManyDeliveries({ detail: `More than ${MAX_AT_ONCE} deliveries fit; ask for a shorter time` })
  }
  const { length: replayed } = await replay(needs, { organizationId, deliveryIds })
  const subject = { kind: 'delivery', id: null, label: `${replayed} deliveries` }
  await recordAudit(needs, { actor, verb: 'replay', subject, after: { ...wanted, replayed } })
  return { replayed }
}

async function replay(
  needs: Needs,
  input: { organizationId: string; deliveryIds: string[] },
): Promise<string[]> {
  if (input.deliveryIds.length === 0) return []
  const replays = input.deliveryIds.map((of) => ({ of, id: needs.ids.next(), traceId: traceIdOf(needs.ids.next()) }))
  const made = await insertReplays(needs.db, input.organizationId, { replays, now: needs.clock.now() })
  // The rows are the truth: without the message, the sweep finds them within two minutes.
  await needs.drainQueue.drain().catch((error: unknown) => {
    needs.log.warn('delivery.drain_not_asked', { rows: made.length, error: describeError(error) })
  })
  return made
}

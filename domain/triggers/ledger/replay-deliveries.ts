import { type Actor, type AuditNeeds, type AuditRow, auditRowOf, authorize } from '#domain/identity'
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
  const id = needs.ids.next()
  const subject = { kind: 'delivery', id: deliveryId, label: `${known.provider} ${known.eventType}` }
  const audit = auditRowOf(needs, { actor, verb: 'replay', subject, after: { replayId: id } })
  const made = await replay(needs, { organizationId, replays: [{ of: deliveryId, id }], audit })
  const row = made === 0 ? null : await findDeliveryRow(needs.db, organizationId, id)
  if (!row) throw DeliveryNotEnded()
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
  const replays = deliveryIds.map((of) => ({ of, id: needs.ids.next() }))
  const subject = { kind: 'delivery', id: null, label: null }
  const audit = auditRowOf(needs, { actor, verb: 'replay', subject, after: wanted })
  return { replayed: await replay(needs, { organizationId, replays, audit }) }
}

/** Returns how many were made. */
async function replay(
  needs: Needs,
  input: { organizationId: string; replays: { of: string; id: string }[]; audit: AuditRow },
): Promise<number> {
  if (input.replays.length === 0) return 0
  const replays = input.replays.map((one) => ({ ...one, traceId: traceIdOf(needs.ids.next()) }))
  const now = needs.clock.now()
  const { length: made } = await insertReplays(needs.db, input.organizationId, { replays, now, audit: input.audit })
  // The rows are the truth: without the message, the sweep finds them within two minutes.
  await needs.drainQueue.drain().catch((error: unknown) => {
    needs.log.warn('delivery.drain_not_asked', { rows: made, error: describeError(error) })
  })
  return made
}

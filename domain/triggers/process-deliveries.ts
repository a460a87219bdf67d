import { findIntegrationModule } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { bodyKey } from './body-key.ts'
import { type Arrival, recordArrivalsAcrossOrganizations } from './inbox.store.ts'
import { type InboxNeeds, type InboxReport, processInbox } from './process-inbox.ts'
import { type Body, readBody, textOf } from './read-body.ts'

/**
 * Takes a batch of the queue: writes all of it into the ledger and processes what is new. The same messages again
 * change nothing. Throws when the database or the blob storage is away: the whole batch is to come again.
 */
export async function processDeliveries(
  needs: InboxNeeds,
  input: { messages: DeliveryMessage[] },
): Promise<InboxReport> {
  if (input.messages.length === 0) return { processed: 0, created: 0 }
  const bodies = new Map<string, Body>()
  const arrivals: Arrival[] = []
  for (const message of input.messages) arrivals.push(await arrivalOf(needs, message, bodies))
  const rows = await recordArrivalsAcrossOrganizations(needs.db, { arrivals, now: needs.clock.now() })
  await dropStrayBodies(needs, arrivals, rows)
  return processInbox(needs, { ids: input.messages.map(({ id }) => id), bodies })
}

async function arrivalOf(needs: InboxNeeds, message: DeliveryMessage, bodies: Map<string, Body>): Promise<Arrival> {
  const { v: _version, body, ...about } = message
  if (body.kind === 'stored') return { ...about, payload: null, payloadRef: body.key }
  const reader = findIntegrationModule(message.provider)?.triggers.webhook
  const text = textOf(body.bytes)
  const read: Body = reader ? readBody(text, reader, message.headers) : { ok: false, error: 'invalid_json' }
  bodies.set(message.id, read)
  if (read.ok) return { ...about, payload: text, payloadRef: null }
  // What cannot be read is kept as the bytes that came, for whoever has to find out why.
  const key = bodyKey(message.organizationId, message.id)
  const { organizationId } = message
  await needs.blobs.put(key, body.bytes, { contentType: 'application/octet-stream', organizationId })
  return { ...about, payload: null, payloadRef: key }
}

/** A repeated delivery travels under a new id and leaves a body that no row names. */
async function dropStrayBodies(needs: InboxNeeds, arrivals: Arrival[], rows: Map<string, string | null>) {
  const strays = arrivals.filter(({ id }) => {
    const row = rows.get(id)
    return row !== undefined && row !== null && row !== id
  })
  const keys = strays.flatMap(({ payloadRef }) => payloadRef ?? [])
  const dropped = arrivals.filter(({ id }) => (rows.get(id) ?? null) === null)
  if (dropped.length > 0) needs.log.warn('delivery.not_recorded', { ids: dropped.map(({ id }) => id) })
  if (keys.length === 0) return
  try {
    await needs.blobs.delete(keys)
  } catch (error) {
    needs.log.warn('delivery.stray_bodies', { count: keys.length, error: describeError(error) })
  }
}

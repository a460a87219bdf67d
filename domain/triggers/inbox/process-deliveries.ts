import { type ChangedConnection, changeConnections } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { type Arrival, type Recording, recordArrivalsAcrossOrganizations } from './arrivals.store.ts'
import { type InboxNeeds, type InboxReport, NOTHING_DONE, processInbox } from './process-inbox.ts'
import { type ReadArrival, readArrival } from './read-arrival.ts'
import type { HashedBody } from './read-body.ts'

/**
 * Takes a batch of the queue: writes all of it into the ledger and processes what is new; of an organization that is in
 * a storm at most 25 rows, the rest waits for a drain. The same messages again change nothing. Throws when the database or the
 * blob storage is away: the whole batch is to come again.
 */
export async function processDeliveries(
  needs: InboxNeeds,
  input: { messages: DeliveryMessage[] },
): Promise<InboxReport> {
  if (input.messages.length === 0) return NOTHING_DONE
  const read: ReadArrival[] = []
  for (const message of input.messages) read.push(await readArrival(needs, message))
  await takeNews(needs, read)
  const deliveries = read.filter((one) => one.kind === 'delivery')
  const arrivals = deliveries.map(({ arrival }) => arrival)
  if (arrivals.length > 0) {
    const rows = await recordArrivalsAcrossOrganizations(needs.db, { arrivals, now: needs.clock.now() })
    await dropStrayBodies(needs, { arrivals, rows, read })
  } else await dropStrayBodies(needs, { arrivals, rows: new Map(), read })
  const bodies = new Map<string, HashedBody>()
  for (const { arrival, body } of deliveries) if (body) bodies.set(arrival.id, body)
  return processInbox(needs, { ids: arrivals.map(({ id }) => id), bodies })
}

/** What a broker says about its connections; of several words about one, the last that was said. */
async function takeNews(needs: InboxNeeds, read: ReadArrival[]): Promise<void> {
  const news = read.filter((one) => one.kind === 'news').toSorted((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1))
  const last = new Map(news.map((one) => [one.connectionId, one]))
  const changes = [...last.values()].map(({ connectionId, success }): ChangedConnection => ({
    kind: 'connection',
    value: connectionId,
    provider: null,
    organizationId: null,
    status: success ? 'active' : 'expired',
  }))
  await changeConnections(needs, changes)
}

/**
 * A repeated delivery travels under a new id and leaves a body that no row names, and so does one whose endpoint is
 * gone; an envelope is not kept. One that is being written elsewhere may be the very same message: its body stays.
 */
async function dropStrayBodies(
  needs: InboxNeeds,
  input: { arrivals: Arrival[]; rows: Map<string, Recording>; read: ReadArrival[] },
): Promise<void> {
  const { arrivals, rows, read } = input
  const isStray = ({ id }: Arrival) => {
    const row = rows.get(id)
    return row?.kind === 'unwanted' || (row?.kind === 'row' && row.id !== id)
  }
  const envelopes = read.flatMap((one) => ('strayKey' in one && one.strayKey !== null ? [one.strayKey] : []))
  const keys = [...arrivals.filter(isStray).flatMap(({ payloadRef }) => payloadRef ?? []), ...envelopes]
  const dropped = arrivals.filter(({ id }) => rows.get(id)?.kind !== 'row')
  if (dropped.length > 0) needs.log.warn('delivery.not_recorded', { ids: dropped.map(({ id }) => id) })
  if (keys.length === 0) return
  try {
    await needs.blobs.delete(keys)
  } catch (error) {
    needs.log.warn('delivery.stray_bodies', { count: keys.length, error: describeError(error) })
  }
}

import { type ConnectionChange, findIntegrationModule, type Parsed, type WebhookReader } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest } from '#kernel/ports'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { ClaimedRow } from './inbox.store.ts'
import { identityOf } from './read-arrival.ts'
import { type HashedBody, readBody, textOf } from './read-body.ts'

/** What a claimed row turned out to hold. `identity`: what it says that it belongs to. */
export type Reading = { row: ClaimedRow; identity: ClaimedRow['identity'] } & (
  | { kind: 'events'; events: NormalizedEvent[]; reason: string | null; change: ConnectionChange | null }
  /** `detail`: what the module says of a payload that it does not understand. */
  | { kind: 'failed'; error: string; detail?: string }
  | { kind: 'retry'; error: string }
)

type Needs = Pick<Kernel, 'log'> & { blobs: Blobs; digest: Digest }

/** Understands one row: its events, or the stable code of why there are none. Never throws. */
export async function readRow(needs: Needs, row: ClaimedRow, known: HashedBody | undefined): Promise<Reading> {
  const reader = findIntegrationModule(row.provider)?.triggers.webhook
  const { identity } = row
  if (!reader) return { kind: 'failed', row, identity, error: 'unknown_provider' }
  const read = known ?? (await bodyOf(needs, row, reader))
  if ('missing' in read) return { kind: read.missing, row, identity, error: 'body_missing' }
  const { body, bodyHash } = read
  if (!body.ok) return { kind: 'failed', row, identity, error: body.error }
  const { payload } = body
  const named = { row, identity: identity ?? namedIn(reader, payload) }
  const { eventType, deliveryId, headers, receivedAt } = row
  const change = changeIn(reader, { payload, eventType })
  const silent = { kind: 'events' as const, ...named, events: [], change }
  if (change !== null) return { ...silent, reason: 'connection_changed' }
  if (reader.acknowledged.includes(eventType)) return { ...silent, reason: eventType }
  const parsed = parseSafely(reader, { payload, eventType, deliveryId, headers, bodyHash, receivedAt })
  if (!parsed.ok) {
    const { detail } = parsed
    needs.log.warn('delivery.not_understood', { inboxId: row.id, eventType, detail })
    return { kind: 'failed', ...named, error: 'invalid_payload', detail }
  }
  const { events } = parsed
  return { kind: 'events', ...named, events, change, reason: events.length === 0 ? 'unsupported_event' : null }
}

function namedIn(reader: WebhookReader, payload: unknown): ClaimedRow['identity'] {
  const value = identityOf(reader, payload)
  return value === null ? null : { kind: 'integration', value }
}

/** A mistake in a module costs the delivery that shows it, not the whole batch again and again. */
function parseSafely(reader: WebhookReader, input: Parameters<WebhookReader['parse']>[0]): Parsed {
  try {
    return reader.parse(input)
  } catch (error) {
    return { ok: false, detail: describeError(error) }
  }
}

function changeIn(reader: WebhookReader, input: { payload: unknown; eventType: string }): ConnectionChange | null {
  try {
    return reader.connection?.(input) ?? null
  } catch {
    // What the module cannot read here it cannot parse either, and that is told.
    return null
  }
}

async function bodyOf(
  needs: Needs,
  row: ClaimedRow,
  reader: WebhookReader,
): Promise<HashedBody | { missing: 'failed' | 'retry' }> {
  const { payload: text } = row
  if (text !== null) return { body: readBody(text, reader, row.headers), bodyHash: await needs.digest.sha256(text) }
  if (row.payloadRef === null) return { missing: 'failed' }
  try {
    const bytes = await needs.blobs.get(row.payloadRef)
    if (bytes === null) return { missing: 'failed' }
    return { body: readBody(textOf(bytes), reader, row.headers), bodyHash: await needs.digest.sha256(bytes) }
  } catch (error) {
    needs.log.warn('delivery.body_unreadable', { inboxId: row.id, error: describeError(error) })
    return { missing: 'retry' }
  }
}

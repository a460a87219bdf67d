import { findIntegrationModule, type Parsed, type WebhookReader } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { Blobs } from '#kernel/ports'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { ClaimedRow } from './inbox.store.ts'
import { type Body, readBody, textOf } from './read-body.ts'

/** What a claimed row turned out to hold. */
export type Reading = { row: ClaimedRow } & (
  | { kind: 'events'; events: NormalizedEvent[]; reason: string | null }
  | { kind: 'failed'; error: string }
  | { kind: 'retry'; error: string }
)

type Needs = Pick<Kernel, 'log'> & { blobs: Blobs }

/** Understands one row: its events, or the stable code of why there are none. Never throws. */
export async function readRow(needs: Needs, row: ClaimedRow, known: Body | undefined): Promise<Reading> {
  const reader = findIntegrationModule(row.provider)?.triggers.webhook
  if (!reader) return { kind: 'failed', row, error: 'unknown_provider' }
  if (reader.acknowledged.includes(row.eventType)) return { kind: 'events', row, events: [], reason: row.eventType }

  const body = known ?? (await bodyOf(needs, row, reader))
  if ('missing' in body) return { kind: body.missing, row, error: 'body_missing' }
  if (!body.ok) return { kind: 'failed', row, error: body.error }
  const parsed = parseSafely(reader, {
    payload: body.payload,
    eventType: row.eventType,
    deliveryId: row.deliveryId,
    receivedAt: row.receivedAt,
  })
  if (!parsed.ok) {
    needs.log.warn('delivery.not_understood', { inboxId: row.id, eventType: row.eventType, detail: parsed.detail })
    return { kind: 'failed', row, error: 'invalid_payload' }
  }
  return { kind: 'events', row, events: parsed.events, reason: parsed.events.length === 0 ? 'unsupported_event' : null }
}

/** A mistake in a module costs the delivery that shows it, not the whole batch again and again. */
function parseSafely(reader: WebhookReader, input: Parameters<WebhookReader['parse']>[0]): Parsed {
  try {
    return reader.parse(input)
  } catch (error) {
    return { ok: false, detail: describeError(error) }
  }
}

async function bodyOf(
  needs: Needs,
  row: ClaimedRow,
  reader: WebhookReader,
): Promise<Body | { missing: 'failed' | 'retry' }> {
  if (row.payload !== null) return readBody(row.payload, reader, row.headers)
  if (row.payloadRef === null) return { missing: 'failed' }
  try {
    const bytes = await needs.blobs.get(row.payloadRef)
    return bytes ? readBody(textOf(bytes), reader, row.headers) : { missing: 'failed' }
  } catch (error) {
    needs.log.warn('delivery.body_unreadable', { inboxId: row.id, error: describeError(error) })
    return { missing: 'retry' }
  }
}

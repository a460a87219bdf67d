import { findIntegrationModule, type IntegrationModule, readNangoEnvelope, type WebhookReader } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest } from '#kernel/ports'
import { type DeliveryMessage, MAX_INLINE_BODY_BYTES } from '#schema/contracts/messages'
import type { Arrival } from './arrivals.store.ts'
import { bodyKey } from '../endpoints/body-key.ts'
import { type HashedBody, readBody, textOf } from './read-body.ts'

/**
 * What a message turned out to be: a delivery for the ledger, with its body as far as that was read; news of a broker
 * about a connection; or nothing that concerns anybody.
 */
export type ReadArrival =
  | { kind: 'delivery'; arrival: Arrival; body: HashedBody | null; strayKey: string | null }
  | { kind: 'news'; connectionId: string; success: boolean; receivedAt: string }
  | { kind: 'nothing'; strayKey: string | null }

type Needs = Pick<Kernel, 'log'> & { blobs: Blobs; digest: Digest }

/** Reads one message. Throws when the blob storage is away: the whole batch is to come again. */
export async function readArrival(needs: Needs, message: DeliveryMessage): Promise<ReadArrival> {
  if (message.ingress === 'nango') return unwrapped(needs, message)
  const source = message.endpointId === null ? `app:${message.provider}` : `endpoint:${message.endpointId}`
  const about = aboutOf(message, { source })
  const { body } = message
  if (body.kind === 'stored') {
    return { kind: 'delivery', arrival: { ...about, payload: null, payloadRef: body.key }, body: null, strayKey: null }
  }
  const reader = findIntegrationModule(message.provider)?.triggers.webhook
  const text = textOf(body.bytes)
  const read = reader ? readBody(text, reader, message.headers) : { ok: false as const, error: 'invalid_json' as const }
  const hashed = { body: read, bodyHash: await needs.digest.sha256(body.bytes) }
  if (read.ok) {
    // Known so early, it lets the rows of one account wait without the others (a2 §2.13); it is resolved later.
    const named = reader && message.triggerId === null ? identityOf(reader, read.payload) : null
    const identity = named === null ? {} : { identityKind: 'integration' as const, identityValue: named }
    const arrival = { ...about, ...identity, payload: text, payloadRef: null }
    return { kind: 'delivery', arrival, body: hashed, strayKey: null }
  }
  const payloadRef = await keepBytes(needs, message, body.bytes)
  return { kind: 'delivery', arrival: { ...about, payload: null, payloadRef }, body: hashed, strayKey: null }
}

/** Which connection a payload names; null also when the module fails over it, which shows again where it is parsed. */
export function identityOf(reader: WebhookReader, payload: unknown): string | null {
  try {
    return reader.identity?.(payload)?.externalId.slice(0, MAX_IDENTITY_CHARACTERS) ?? null
  } catch {
    return null
  }
}

/** Longer than any id of any service; an index takes no text of any length. */
const MAX_IDENTITY_CHARACTERS = 500

function aboutOf(message: DeliveryMessage, input: { source: string }): Omit<Arrival, 'payload' | 'payloadRef'> {
  const { v: _version, body: _body, triggerId, ...about } = message
  const identity = triggerId === null ? null : ('trigger' as const)
  return { ...about, ...input, identityKind: identity, identityValue: triggerId }
}

/** What cannot be read is kept as the bytes that came, for whoever has to find out why. */
async function keepBytes(needs: Needs, message: DeliveryMessage, bytes: Uint8Array): Promise<string> {
  const key = bodyKey(message.organizationId, message.id)
  const organizationId = message.organizationId ?? 'unknown'
  await needs.blobs.put(key, bytes, { contentType: 'application/octet-stream', organizationId })
  return key
}

/** What a broker passes on is kept as the provider sent it: from here on it is a delivery like any other. */
async function unwrapped(needs: Needs, message: DeliveryMessage): Promise<ReadArrival> {
  const { body } = message
  const strayKey = body.kind === 'stored' ? body.key : null
  const bytes = body.kind === 'stored' ? await needs.blobs.get(body.key) : body.bytes
  const envelope = readNangoEnvelope(jsonOf(bytes))
  const told = { inboxId: message.id, envelope: envelope.kind }
  switch (envelope.kind) {
    case 'auth': {
      const { connectionId, success } = envelope
      needs.log.info('nango.connection', { ...told, connectionId, success })
      return { kind: 'news', connectionId, success, receivedAt: message.receivedAt }
    }
    case 'sync':
      needs.log.info('nango.ignored', { ...told, connectionId: envelope.connectionId })
      return { kind: 'nothing', strayKey }
    case 'unattributed':
      needs.log.warn('nango.ignored', told)
      return { kind: 'nothing', strayKey }
    case 'forward':
      return forwarded(needs, { message, envelope, strayKey })
  }
}

async function forwarded(
  needs: Needs,
  input: {
    message: DeliveryMessage
    envelope: { connectionId: string; providerConfigKey: string; from: string; payload: unknown }
    strayKey: string | null
  },
): Promise<ReadArrival> {
  const { message, envelope, strayKey } = input
  const { connectionId, providerConfigKey, from, payload } = envelope
  const module = senderOf(providerConfigKey) ?? senderOf(from)
  const reader = module?.triggers.webhook
  if (!module || !reader) {
    needs.log.warn('nango.ignored', { inboxId: message.id, envelope: 'forward', providerConfigKey, from })
    return { kind: 'nothing', strayKey }
  }
  const headers = Object.fromEntries(Object.entries(message.headers).filter(([name]) => reader.keptHeaders.includes(name)))
  const { eventType, deliveryId } = reader.identify(message.headers)
  const text = JSON.stringify(payload ?? null)
  const bytes = new TextEncoder().encode(text)
  const isLarge = bytes.byteLength > MAX_INLINE_BODY_BYTES
  const arrival: Arrival = {
    ...aboutOf(message, { source: `nango:${connectionId}` }),
    provider: module.meta.id,
    eventType,
    headers,
    deliveryId: deliveryId ?? message.deliveryId,
    identityKind: 'connection',
    identityValue: connectionId,
    payload: isLarge ? null : text,
    // Beside the envelope, not in its place: the message may come again and must find the envelope.
    payloadRef: isLarge ? await keepUnder(needs, { key: `${bodyKey(null, message.id)}/payload`, bytes }) : null,
  }
  const hashed = { body: { ok: true as const, payload }, bodyHash: await needs.digest.sha256(bytes) }
  return { kind: 'delivery', arrival, body: hashed, strayKey }
}

async function keepUnder(needs: Needs, input: { key: string; bytes: Uint8Array }): Promise<string> {
  await needs.blobs.put(input.key, input.bytes, { contentType: 'application/json', organizationId: 'unknown' })
  return input.key
}

function senderOf(name: string): IntegrationModule | null {
  const module = findIntegrationModule(name)
  return module?.triggers.webhook ? module : null
}

function jsonOf(bytes: Uint8Array | null): unknown {
  try {
    return JSON.parse((bytes && textOf(bytes)) ?? 'null')
  } catch (error) {
    return { unreadable: describeError(error) }
  }
}

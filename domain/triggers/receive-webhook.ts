import { findIntegrationModule, type IntegrationModule } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import { isId } from '#kernel/ids'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest, Vault } from '#kernel/ports'
import { type DeliveryMessage, MAX_BODY_BYTES, MAX_INLINE_BODY_BYTES } from '#schema/contracts/messages'
import { bodyKey } from './body-key.ts'
import { secretContext } from './endpoint.view.ts'
import { WebhookEndpointNotFound, WebhookNotAccepted, WebhookNotVerified, WebhookTooLarge } from './errors.ts'
import type { DeliveryQueue, EndpointReader, SealedEndpoint } from './ports.ts'

/** Deliberately poor: it can verify, store and name; it can write no row and reach no provider (trap T1). */
export type ReceiveNeeds = Pick<Kernel, 'clock' | 'ids' | 'log'> & {
  endpoints: EndpointReader
  digest: Digest
  vault: Vault
  blobs: Blobs
  deliveries: DeliveryQueue
}

export interface ReceivedWebhook {
  provider: string
  endpointId: string
  /** Names in lower case. */
  headers: Record<string, string>
  /** Exactly the bytes that arrived: the signature is over these. */
  rawBody: Uint8Array<ArrayBuffer>
  traceId: string
}

/**
 * Verifies a webhook and hands it to the queue, which is its durable inbox (decision D5); nothing is parsed here.
 * Throws `webhook.endpoint_not_found`, `webhook.not_verified`, `webhook.too_large`, and `webhook.not_accepted` when the
 * sender should try again: the endpoint could not be looked up, or the queue or the blob storage did not take it.
 */
export async function receiveWebhook(needs: ReceiveNeeds, input: ReceivedWebhook): Promise<{ id: string }> {
  const module = findIntegrationModule(input.provider)
  if (!module || !isId(input.endpointId)) throw WebhookEndpointNotFound()
  if (input.rawBody.byteLength > MAX_BODY_BYTES) throw WebhookTooLarge()
  const endpoint = await verifiedEndpoint(needs, module, input)
  const message = await messageOf(needs, { module, endpoint, webhook: input })
  await send(needs, message, input.rawBody)
  return { id: message.id }
}

async function verifiedEndpoint(
  needs: ReceiveNeeds,
  module: IntegrationModule,
  webhook: ReceivedWebhook,
): Promise<SealedEndpoint> {
  const copy = await copyOf(needs, webhook.endpointId)
  const first = copy ?? (await storedEndpoint(needs, webhook.endpointId))
  if (first?.provider !== module.meta.id) throw WebhookEndpointNotFound()
  const verification = await verify(needs, module, { endpoint: first, webhook })
  if (verification.ok) return first

  // A copy may be older than the last rotation of the secret; refusing then would lose events that are signed rightly.
  const current = copy ? await storedEndpoint(needs, webhook.endpointId).catch(() => null) : null
  if (current && current.sealedSecret !== copy?.sealedSecret) {
    if ((await verify(needs, module, { endpoint: current, webhook })).ok) return current
  }
  needs.log.warn('webhook.refused', { endpointId: first.id, provider: first.provider, reason: verification.reason })
  throw WebhookNotVerified()
}

async function verify(
  needs: ReceiveNeeds,
  module: IntegrationModule,
  input: { endpoint: SealedEndpoint; webhook: ReceivedWebhook },
) {
  const secret = await needs.vault.open(input.endpoint.sealedSecret, secretContext(input.endpoint))
  return module.triggers.webhook.verify(needs.digest, input.webhook, secret)
}

/** Copies are a convenience: when they cannot be read, the database is asked. */
async function copyOf(needs: ReceiveNeeds, endpointId: string): Promise<SealedEndpoint | null> {
  try {
    return await needs.endpoints.copied(endpointId)
  } catch (error) {
    needs.log.warn('webhook.copy_unreadable', { endpointId, error: describeError(error) })
    return null
  }
}

async function storedEndpoint(needs: ReceiveNeeds, endpointId: string): Promise<SealedEndpoint | null> {
  let endpoint: SealedEndpoint | null
  try {
    endpoint = await needs.endpoints.stored(endpointId)
  } catch (error) {
    throw WebhookNotAccepted({ cause: error })
  }
  if (!endpoint) return null
  try {
    await needs.endpoints.keepCopy(endpoint)
  } catch (error) {
    needs.log.warn('webhook.copy_not_kept', { endpointId, error: describeError(error) })
  }
  return endpoint
}

async function messageOf(
  needs: ReceiveNeeds,
  input: { module: IntegrationModule; endpoint: SealedEndpoint; webhook: ReceivedWebhook },
): Promise<DeliveryMessage> {
  const { endpoint, webhook } = input
  const reader = input.module.triggers.webhook
  const { eventType, deliveryId } = reader.identify(webhook.headers)
  const id = needs.ids.next()
  const size = webhook.rawBody.byteLength
  return {
    v: 1,
    id,
    organizationId: endpoint.organizationId,
    endpointId: endpoint.id,
    provider: endpoint.provider,
    deliveryId: deliveryId ?? `sha256:${await needs.digest.sha256(webhook.rawBody)}`,
    eventType,
    headers: Object.fromEntries(Object.entries(webhook.headers).filter(([name]) => reader.keptHeaders.includes(name))),
    receivedAt: needs.clock.now().toISOString(),
    traceId: webhook.traceId,
    body:
      size <= MAX_INLINE_BODY_BYTES
        ? { kind: 'inline', bytes: webhook.rawBody }
        : { kind: 'stored', key: bodyKey(endpoint.organizationId, id), size },
  }
}

/**
 * The body first, then the message: whoever reads the message finds its body. A body without a message is taken back.
 */
async function send(needs: ReceiveNeeds, message: DeliveryMessage, rawBody: Uint8Array): Promise<void> {
  const { body, organizationId } = message
  try {
    if (body.kind === 'stored') {
      const contentType = message.headers['content-type'] ?? 'application/octet-stream'
      await needs.blobs.put(body.key, rawBody, { contentType, organizationId })
    }
    await needs.deliveries.send(message)
  } catch (error) {
    needs.log.error('webhook.not_accepted', { endpointId: message.endpointId, error: describeError(error) })
    if (body.kind === 'stored') await needs.blobs.delete([body.key]).catch(() => undefined)
    throw WebhookNotAccepted({ cause: error })
  }
}

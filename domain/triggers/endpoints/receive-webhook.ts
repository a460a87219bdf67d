import {
  findIntegrationModule,
  type ImmediateResponse,
  integrationModules,
  verifyNango,
  type WebhookReader,
} from '#domain/integrations'
import { describeError } from '#kernel/errors'
import { isId } from '#kernel/ids'
import { type DeliveryMessage, MAX_BODY_BYTES, MAX_INLINE_BODY_BYTES } from '#schema/contracts/messages'
import { bodyKey } from './body-key.ts'
import { contentIdOf } from './content-id.ts'
import { WebhookEndpointNotFound, WebhookNotAccepted, WebhookTooLarge } from '../errors.ts'
import type { ReceivedWebhook, ReceiveNeeds } from './received-webhook.ts'
import { verifiedByApp, verifiedByEndpoint } from './verify-webhook.ts'

/** What becomes of it: queued under an id, or answered at once, as a sender wants it that asks whose the URL is. */
export type Reception = { kind: 'queued'; id: string } | { kind: 'answered'; answer: ImmediateResponse }

/**
 * Verifies a webhook and hands it to the queue, which is its durable inbox (decision D5); nothing is parsed here.
 * Throws `webhook.endpoint_not_found`, `webhook.not_verified`, `webhook.too_large`, and `webhook.not_accepted` when the
 * sender should try again: the endpoint could not be looked up, or the queue or the blob storage did not take it.
 */
export async function receiveWebhook(needs: ReceiveNeeds, webhook: ReceivedWebhook): Promise<Reception> {
  if (webhook.rawBody.byteLength > MAX_BODY_BYTES) throw WebhookTooLarge()
  const receivedAt = needs.clock.now()
  const admitted = await admit(needs, webhook, receivedAt)
  if (admitted.answer) return { kind: 'answered', answer: admitted.answer }
  const message = await messageOf(needs, { about: admitted.about, webhook, receivedAt })
  await send(needs, message, webhook.rawBody)
  return { kind: 'queued', id: message.id }
}

/** What the address and the headers tell of a verified webhook. */
type About = Pick<
  DeliveryMessage,
  'ingress' | 'organizationId' | 'endpointId' | 'triggerId' | 'provider' | 'verification' | 'eventType' | 'headers'
> & { deliveryId: string | null }

interface Admitted {
  about: About
  answer: ImmediateResponse | undefined
}

const NOBODYS = { organizationId: null, endpointId: null, triggerId: null }

function admit(needs: ReceiveNeeds, webhook: ReceivedWebhook, receivedAt: Date): Promise<Admitted> {
  const { address } = webhook
  switch (address.kind) {
    case 'endpoint':
      return admitAtEndpoint(needs, { webhook, receivedAt, ...address })
    case 'app':
      return admitAtApp(needs, { webhook, receivedAt, ...address })
    case 'nango':
      return admitFromNango(needs, webhook, receivedAt)
  }
}

async function admitAtEndpoint(
  needs: ReceiveNeeds,
  input: { webhook: ReceivedWebhook; receivedAt: Date; provider: string; endpointId: string },
): Promise<Admitted> {
  const { webhook, receivedAt, provider, endpointId } = input
  const module = findIntegrationModule(provider)
  const reader = module?.triggers.webhook
  if (!module || !reader || !isId(endpointId)) throw WebhookEndpointNotFound()
  const signed = { ...webhook, receivedAt }
  const { endpoint, by, answer } = await verifiedByEndpoint(needs, { module, endpointId, signed })
  const { organizationId, triggerId } = endpoint
  const whose = { ingress: 'endpoint' as const, organizationId, endpointId, triggerId, provider: endpoint.provider }
  return { about: { ...whose, verification: by, ...toldBy(reader, webhook.headers) }, answer }
}

async function admitAtApp(
  needs: ReceiveNeeds,
  input: { webhook: ReceivedWebhook; receivedAt: Date; provider: string },
): Promise<Admitted> {
  const { webhook, receivedAt, provider } = input
  const reader = findIntegrationModule(provider)?.triggers.webhook
  const secret = needs.appSecrets[provider]
  if (!reader || secret === undefined) throw WebhookEndpointNotFound()
  const signed = { ...webhook, receivedAt }
  const verify = (key: string) => reader.verify(needs.digest, signed, key)
  const { by, answer } = await verifiedByApp(needs, { verify, secret, source: `app:${provider}` })
  // Every provider with a webhook reader is one of those that send webhooks; a test of the registry holds that.
  const whose = { ...NOBODYS, ingress: 'app' as const, provider: provider as DeliveryMessage['provider'] }
  return { about: { ...whose, verification: by, ...toldBy(reader, webhook.headers) }, answer }
}

async function admitFromNango(needs: ReceiveNeeds, webhook: ReceivedWebhook, receivedAt: Date): Promise<Admitted> {
  const secret = needs.appSecrets['nango']
  if (secret === undefined) throw WebhookEndpointNotFound()
  const signed = { ...webhook, receivedAt }
  const verify = (key: string) => verifyNango(needs.digest, signed, key)
  const { by, answer } = await verifiedByApp(needs, { verify, secret, source: 'nango' })
  const whose = { ...NOBODYS, ingress: 'nango' as const, provider: 'nango' as const, verification: by }
  // Whose headers these are stands inside; the consumer keeps those of its provider.
  const headers = keptOf([...integrationModules.values()].flatMap((module) => keptBy(module.triggers.webhook)), webhook.headers)
  return { about: { ...whose, eventType: 'envelope', deliveryId: null, headers }, answer }
}

const keptBy = (reader: WebhookReader | undefined) => reader?.keptHeaders ?? []

const keptOf = (names: string[], headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)))

const toldBy = (reader: WebhookReader, headers: Record<string, string>) => ({
  ...reader.identify(headers),
  headers: keptOf(reader.keptHeaders, headers),
})

async function messageOf(
  needs: ReceiveNeeds,
  input: { about: About; webhook: ReceivedWebhook; receivedAt: Date },
): Promise<DeliveryMessage> {
  const { about, webhook, receivedAt } = input
  const id = needs.ids.next()
  const size = webhook.rawBody.byteLength
  return {
    ...about,
    v: 1,
    id,
    deliveryId: about.deliveryId ?? (await contentIdOf(needs.digest, webhook.rawBody, receivedAt)),
    receivedAt: receivedAt.toISOString(),
    traceId: webhook.traceId,
    body:
      size <= MAX_INLINE_BODY_BYTES
        ? { kind: 'inline', bytes: webhook.rawBody }
        : { kind: 'stored', key: bodyKey(about.organizationId, id), size },
  }
}

/**
 * The body first, then the message: whoever reads the message finds its body. A body without a message is taken back; where
 * nobody knows whether the message was taken, the body stays, or the delivery would be in the ledger without it, and the
 * sender's retry taken for a repetition.
 */
async function send(needs: ReceiveNeeds, message: DeliveryMessage, rawBody: Uint8Array): Promise<void> {
  const { body, organizationId } = message
  let sent: 'taken' | 'unanswered'
  try {
    if (body.kind === 'stored') {
      const contentType = message.headers['content-type'] ?? 'application/octet-stream'
      await needs.blobs.put(body.key, rawBody, { contentType, organizationId: organizationId ?? 'unknown' })
    }
    sent = await needs.deliveries.send(message)
  } catch (error) {
    if (body.kind === 'stored') await needs.blobs.delete([body.key]).catch(() => undefined)
    throw notAccepted(needs, message, error)
  }
  if (sent === 'unanswered') throw notAccepted(needs, message, 'The queue did not answer in time')
}

function notAccepted(needs: ReceiveNeeds, message: DeliveryMessage, cause: unknown) {
  const { id, ingress, endpointId, provider } = message
  needs.log.error('webhook.not_accepted', { deliveryId: id, ingress, endpointId, provider, error: describeError(cause) })
  return WebhookNotAccepted({ cause })
}

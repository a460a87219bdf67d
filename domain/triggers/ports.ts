import type { DeliveryMessage, PollMessage } from '#schema/contracts/messages'
import type { WebhookProvider } from '#schema/contracts/triggers'

/** An endpoint as the edge needs it: whose it is, and how what arrives there is verified. */
export interface SealedEndpoint {
  id: string
  organizationId: string
  provider: WebhookProvider
  /** Set where what arrives is for one trigger alone. */
  triggerId: string | null
  sealedSecret: string
  /** Whether deliveries without a signature are refused; those with a wrong one always are. */
  signatureRequired: boolean
  /** The secrets before it, the last one first, and until when each verifies too. */
  previous: { sealedSecret: string; validUntil: string }[]
  /** Higher after every change. */
  version: number
}

/** Copies of endpoints close to where webhooks arrive; they may be an hour old, and are never the truth. */
export interface EndpointCopies {
  get(endpointId: string): Promise<SealedEndpoint | null>
  /** A copy that is newer stays. */
  put(endpoint: SealedEndpoint): Promise<void>
  delete(endpointId: string): Promise<void>
}

/** The whole of what the webhook edge may ask about endpoints. */
export interface EndpointReader {
  copied(endpointId: string): Promise<SealedEndpoint | null>
  /** Asks the database; throws while it is away. */
  stored(endpointId: string): Promise<SealedEndpoint | null>
  keepCopy(endpoint: SealedEndpoint): Promise<void>
}

/**
 * The durable inbox of the edge (decision D5); at least once, in no order. Throws when the message was not taken; one
 * that was not answered for in time may yet be.
 */
export interface DeliveryQueue {
  send(message: DeliveryMessage): Promise<'taken' | 'unanswered'>
}

/** Asks the consumer to take up rows of the ledger that wait. Throws when the message was not taken. */
export interface DrainQueue {
  drain(options?: { delaySeconds?: number }): Promise<void>
}

/** Polls that are due; at least once, in no order. Throws when the messages were not taken. */
export interface PollQueue {
  send(messages: PollMessage[]): Promise<void>
}

/** Makes secrets: 256 random bits as 64 hex digits. */
export interface SecretSource {
  next(): string
}

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
  /** The secret before the last rotation, and until when it verifies too. */
  previous: { sealedSecret: string; validUntil: string } | null
}

/** Copies of endpoints close to where webhooks arrive; they may be an hour old, and are never the truth. */
export interface EndpointCopies {
  get(endpointId: string): Promise<SealedEndpoint | null>
  put(endpoint: SealedEndpoint): Promise<void>
}

/** The whole of what the webhook edge may ask about endpoints. */
export interface EndpointReader {
  copied(endpointId: string): Promise<SealedEndpoint | null>
  /** Asks the database; throws while it is away. */
  stored(endpointId: string): Promise<SealedEndpoint | null>
  keepCopy(endpoint: SealedEndpoint): Promise<void>
}

/** The durable inbox of the edge (decision D5); at least once, in no order. Throws when the message was not taken. */
export interface DeliveryQueue {
  send(message: DeliveryMessage): Promise<void>
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

import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest, Vault } from '#kernel/ports'
import type { DeliveryQueue, EndpointReader } from '../ports.ts'

/** Deliberately poor: it can verify, store and name; it can write no row and reach no provider (trap T1). */
export type ReceiveNeeds = Pick<Kernel, 'clock' | 'ids' | 'log'> & {
  endpoints: EndpointReader
  digest: Digest
  vault: Vault
  blobs: Blobs
  deliveries: DeliveryQueue
  /** Secrets of the apps that many organizations share, and of the broker, by name; an URL without one is off. */
  appSecrets: Readonly<Record<string, string | undefined>>
}

/** Where a webhook arrived: at one endpoint, at the URL of a provider's app, or at the broker's. */
export type WebhookAddress =
  | { kind: 'endpoint'; provider: string; endpointId: string }
  | { kind: 'app'; provider: string }
  | { kind: 'nango' }

export interface ReceivedWebhook {
  address: WebhookAddress
  /** Names in lower case. */
  headers: Record<string, string>
  /** Exactly the bytes that arrived: the signature is over these. */
  rawBody: Uint8Array<ArrayBuffer>
  traceId: string
}

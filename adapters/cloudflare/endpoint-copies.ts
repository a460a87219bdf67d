import { z } from 'zod'
import type { EndpointCopies } from '#domain/triggers'
import { Id, Instant } from '#schema/contracts/common'
import { WebhookProvider } from '#schema/contracts/triggers'

/** So long a copy may be used; a rotated secret replaces it at once, a deleted organization's dies with it. */
const KEEP_SECONDS = 3_600

const Copy = z.object({
  id: Id,
  organizationId: z.string(),
  provider: WebhookProvider,
  triggerId: Id.nullable(),
  sealedSecret: z.string(),
  signatureRequired: z.boolean(),
  previous: z.object({ sealedSecret: z.string(), validUntil: Instant }).nullable(),
})

const keyOf = (endpointId: string) => `endpoint:${endpointId}`

/**
 * Sealed copies of webhook endpoints in KV. Other places of the network may see an older copy for about a minute
 * after a put. A copy that cannot be read counts as none.
 */
export function kvEndpointCopies(namespace: KVNamespace): EndpointCopies {
  return {
    async get(endpointId) {
      const value = await namespace.get(keyOf(endpointId), 'json')
      return Copy.safeParse(value).data ?? null
    },
    async put(endpoint) {
      const value = JSON.stringify(Copy.parse(endpoint))
      await namespace.put(keyOf(endpoint.id), value, { expirationTtl: KEEP_SECONDS })
    },
  }
}

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
  previous: z.array(z.object({ sealedSecret: z.string(), validUntil: Instant })),
  version: z.number(),
})

const keyOf = (endpointId: string) => `endpoint:${endpointId}`

/**
 * Sealed copies of webhook endpoints in KV. Other places of the network may see an older copy for about a minute
 * after a put. A copy that cannot be read counts as none.
 */
export function kvEndpointCopies(namespace: KVNamespace): EndpointCopies {
  const get = async (endpointId: string) => Copy.safeParse(await namespace.get(keyOf(endpointId), 'json')).data ?? null
  return {
    get,
    async put(endpoint) {
      // Whoever read the row before a rotation and comes after it must not put the old secret back.
      const there = await get(endpoint.id)
      if (there && there.version > endpoint.version) return
      const value = JSON.stringify(Copy.parse(endpoint))
      await namespace.put(keyOf(endpoint.id), value, { expirationTtl: KEEP_SECONDS })
    },
    async delete(endpointId) {
      await namespace.delete(keyOf(endpointId))
    },
  }
}

import type { EndpointCopies, SealedEndpoint } from '#domain/triggers'

/** Other isolates and KV itself may be about a minute behind a rotation anyway; this adds less than that. */
const REMEMBER_MS = 30_000
const MAX_REMEMBERED = 1_000

type Remembered = Map<string, { endpoint: SealedEndpoint; until: number }>

/** By the namespace that the copies come from; it lives as long as the isolate. */
const memories = new WeakMap<object, Remembered>()

/**
 * Copies that this isolate has seen lately, before KV is asked: a storm of webhooks for one endpoint costs one look-up. What was
 * put replaces what was remembered; an endpoint that is not there is never remembered.
 */
export function rememberedCopies(copies: EndpointCopies, namespace: object, now: () => number): EndpointCopies {
  const remembered: Remembered = memories.get(namespace) ?? new Map()
  memories.set(namespace, remembered)
  const remember = (endpoint: SealedEndpoint) => {
    const known = remembered.get(endpoint.id)
    if (known && known.endpoint.version > endpoint.version) return
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    remembered.set(endpoint.id, { endpoint, until: now() + REMEMBER_MS })
  }
  return {
    async get(endpointId) {
      const known = remembered.get(endpointId)
      if (known && known.until > now()) return known.endpoint
      const endpoint = await copies.get(endpointId)
      if (endpoint) remember(endpoint)
      return endpoint
    },
    async put(endpoint) {
      await copies.put(endpoint)
      remember(endpoint)
    },
    async delete(endpointId) {
      remembered.delete(endpointId)
      await copies.delete(endpointId)
    },
  }
}

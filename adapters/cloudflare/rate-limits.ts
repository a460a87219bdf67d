import { proxyDurable } from 'itty-durable'
import type { RateAnswer, RateLimits, RatePolicy } from '#domain/identity'
import { MINUTE_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Log } from '#kernel/log'
import { withDeadline } from '../deadline.ts'

/** Requests a minute by what they are counted by; wrangler.toml says the same to the runtime, which does the counting. */
export const RATE_LIMITS = { address: 600, user: 600, organization: 3_000 } as const

/** A counter must not cost a request more than this. */
const DEADLINE_MS = 2_000

/** The binding of the runtime: counts in one place of the network, so the limit is one of order, not of precision. */
export interface RateLimitBinding {
  limit(options: { key: string }): Promise<{ success: boolean }>
}

interface Counter {
  take(want: { limit: number; windowMs: number; nowMs: number }): Promise<{
    allowed: boolean
    remaining: number
    resetMs: number
  }>
}

/**
 * Addresses, people and organizations are counted by the runtime, API keys exactly, each by an object of its own. When
 * a counter is away the request passes: limits protect the product, they are no lock.
 */
export function cloudflareRateLimits(world: {
  bindings: Record<keyof typeof RATE_LIMITS, RateLimitBinding>
  counters: DurableObjectNamespace
  apiKeyLimit: number
  log: Log
}): RateLimits {
  const { bindings, counters, apiKeyLimit, log } = world
  const count = async (policy: RatePolicy, key: string): Promise<RateAnswer> => {
    const windowMs = MINUTE_MS
    if (policy !== 'api_key') {
      const { success } = await bindings[policy].limit({ key })
      return { allowed: success, policy, limit: RATE_LIMITS[policy], windowMs, remaining: null, resetMs: null }
    }
    // The package is untyped; the object is `RateLimiter`.
    const counter = proxyDurable(counters, { parse: true }).get(`api_key:${key}`) as unknown as Counter
    const taken = await counter.take({ limit: apiKeyLimit, windowMs, nowMs: Date.now() })
    return { policy, limit: apiKeyLimit, windowMs, ...taken }
  }
  return {
    take: async (policy, key) => {
      try {
        return await withDeadline(count(policy, key), DEADLINE_MS)
      } catch (error) {
        log.warn('rate_limit.unavailable', { policy, error: describeError(error) })
        const limit = policy === 'api_key' ? apiKeyLimit : RATE_LIMITS[policy]
        return { allowed: true, policy, limit, windowMs: MINUTE_MS, remaining: null, resetMs: null }
      }
    },
  }
}

/** Asks one counter that counts nothing, for /readyz. */
export const rateLimiterPing = (counters: DurableObjectNamespace) => ({
  ping: async (): Promise<unknown> =>
    (proxyDurable(counters, { parse: true }).get('readyz') as unknown as { ping(): Promise<unknown> }).ping(),
})

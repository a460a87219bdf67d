import type { RateAnswer, RateLimits, RatePolicy } from '#domain/identity'
import { MINUTE_MS } from '#kernel/durations'

/** Lets everything pass until a test sets a limit; counts exactly, and its minute never ends. */
export function memoryRateLimits() {
  const used = new Map<string, number>()
  const fake = {
    limits: { address: 1e6, user: 1e6, organization: 1e6, api_key: 1e6 } as Record<RatePolicy, number>,
    used,
    async take(policy: RatePolicy, key: string): Promise<RateAnswer> {
      const count = (used.get(`${policy} ${key}`) ?? 0) + 1
      used.set(`${policy} ${key}`, count)
      const limit = fake.limits[policy]
      const known = policy === 'api_key' ? { remaining: Math.max(0, limit - count), resetMs: 30_000 } : null
      return { allowed: count <= limit, policy, limit, windowMs: MINUTE_MS, remaining: null, resetMs: null, ...known }
    },
  } satisfies RateLimits & Record<string, unknown>
  return fake
}

/** What requests are counted by. */
export type RatePolicy = 'address' | 'user' | 'organization' | 'api_key'

export interface RateAnswer {
  allowed: boolean
  policy: RatePolicy
  limit: number
  windowMs: number
  /** Null where the counter only says yes or no. */
  remaining: number | null
  resetMs: number | null
}

/** Counts requests; a counter that does not answer lets them pass. */
export interface RateLimits {
  take(policy: RatePolicy, key: string): Promise<RateAnswer>
}

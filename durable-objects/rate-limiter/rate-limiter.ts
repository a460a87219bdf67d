import { createDurable } from 'itty-durable'

/** What the base class gives, as far as it is used here; the package itself is untyped. */
const Counting = createDurable({ autoPersist: true }) as unknown as new (state: unknown, env: unknown) => object

/** One request more, and what is left of the quota in this window. */
export interface Taken {
  allowed: boolean
  remaining: number
  resetMs: number
}

/**
 * Counts exactly, one object per thing that is counted (D23): fixed windows, kept across evictions. Reached by `fetch`
 * only; never give it an alarm or a socket, which would wake it without its stored state.
 */
export class RateLimiter extends Counting {
  windowStartMs = 0
  used = 0

  /** Answers when objects of this class can be reached and made, for /readyz. */
  ping() {
    return { pong: true }
  }

  take({ limit, windowMs, nowMs }: { limit: number; windowMs: number; nowMs: number }): Taken {
    if (nowMs >= this.windowStartMs + windowMs) {
      this.windowStartMs = nowMs
      this.used = 0
    }
    const allowed = this.used < limit
    if (allowed) this.used += 1
    return { allowed, remaining: limit - this.used, resetMs: this.windowStartMs + windowMs - nowMs }
  }
}

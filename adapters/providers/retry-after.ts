import { DAY_MS } from '#kernel/durations'

/** Whoever asks for more is asked again after a day: a slip of a header must not silence a connection for years. */
const MAX_RETRY_AFTER_MS = DAY_MS

/**
 * How long a provider asks to be left alone, in milliseconds: seconds or an HTTP date (RFC 9110 §10.2.3), or the instant
 * since 1970 that some send as X-RateLimit-Reset, and Sentry under a name of its own. Undefined when it says
 * nothing that can be understood; at most a day.
 */
export function retryAfterOf(headers: Record<string, string>, now: Date): number | undefined {
  const asked = askedFor(headers, now)
  return asked === undefined ? undefined : Math.min(asked, MAX_RETRY_AFTER_MS)
}

function askedFor(headers: Record<string, string>, now: Date): number | undefined {
  const given = headers['retry-after']?.trim()
  if (given !== undefined && /^\d{1,9}(?:\.\d+)?$/.test(given)) return Math.ceil(Number(given) * 1_000)
  const date = given === undefined ? Number.NaN : Date.parse(given)
  if (!Number.isNaN(date)) return Math.max(0, date - now.getTime())
  const reset = Number(headers['x-ratelimit-reset'] ?? headers['x-sentry-rate-limit-reset'])
  if (!Number.isFinite(reset) || reset <= 0) return undefined
  // Linear counts in milliseconds, GitHub and Sentry in seconds.
  const resetMs = reset > 1e11 ? reset : reset * 1_000
  return Math.max(0, resetMs - now.getTime())
}

import { earlier, later } from '#kernel/clock'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import { countAttemptAcrossOrganizations, forgetAttemptsAcrossOrganizations } from './attempts.store.ts'
import { TooManyAttempts } from './errors.ts'

export interface AttemptLimit {
  /** What is tried, and by whom; stored as a digest only. */
  name: string
  max: number
  windowMs: number
}

/** Counts an attempt. Throws `auth.too_many_attempts` from the one after `max` on, until the window is over. */
export async function countAttempt(
  needs: Pick<Kernel, 'db' | 'clock'> & { digest: Digest },
  limit: AttemptLimit,
): Promise<void> {
  const now = needs.clock.now()
  const key = await needs.digest.sha256(limit.name)
  const windowStart = earlier(now, limit.windowMs)
  const { count, since } = await countAttemptAcrossOrganizations(needs.db, { key, now, windowStart })
  if (count <= limit.max) return
  throw TooManyAttempts({ retryAfterMs: Math.max(1_000, later(since, limit.windowMs).getTime() - now.getTime()) })
}

/** What went well in the end is not held against anybody. */
export async function forgetAttempts(
  needs: Pick<Kernel, 'db'> & { digest: Digest },
  name: string,
): Promise<void> {
  await forgetAttemptsAcrossOrganizations(needs.db, await needs.digest.sha256(name))
}

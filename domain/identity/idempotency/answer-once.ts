import { earlier, later } from '#kernel/clock'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { Vault } from '#kernel/ports'
import { Forbidden } from '../errors.ts'
import { IdempotencyInFlight, IdempotencyKeyReused } from './errors.ts'
import {
  claimKey,
  deleteExpiredKeysAcrossOrganizations,
  findRequest,
  type IdempotencyKey,
  releaseKey,
  storeAnswer,
} from './idempotency.store.ts'

export interface OnceRequest {
  key: IdempotencyKey
  requestHash: string
  /** Hash of the rights it comes with: the answer is for whoever still has them. */
  rightsHash: string
}

export interface StoredAnswer {
  status: number
  body: string
}

/** How long an answer is remembered. */
const KEPT_MS = DAY_MS
/** Every answer is given within 25 s (D18); a claim that is much older belongs to a request that died. */
const STALE_MS = MINUTE_MS
const COLLECTED_AT_ONCE = 5_000

type Needs = Pick<Kernel, 'db' | 'clock' | 'ids' | 'log'> & { vault: Vault }

/** Where a sealed answer belongs; one that is moved to another row does not open. */
const contextOf = (key: IdempotencyKey) =>
  `idempotency:${key.organizationId}:${key.userId}:${key.route}:${key.key}`

/**
 * Answers a request once: the first with a key does the work, the same request later gets the stored answer. Only
 * success is stored, since what failed changed nothing and may be tried again with the same key. `null` of `work` means
 * just that. Throws `idempotency.key_reused` for another request with that key, `auth.forbidden` for the same one with
 * other rights than the first had, and `idempotency.in_flight`, which is worth another try, while the first is at work.
 */
export async function answerOnce(
  needs: Needs,
  request: OnceRequest,
  work: () => Promise<StoredAnswer | null>,
): Promise<{ replayed: StoredAnswer | null }> {
  const { key } = request
  const requestHash = hashOf(request)
  const now = needs.clock.now()
  const claimToken = needs.ids.next()
  const claim = { requestHash, claimToken, now, staleBefore: earlier(now, STALE_MS), expiresAt: later(now, KEPT_MS) }
  if (!(await claimKey(needs.db, key, claim))) return { replayed: await readAnswer(needs, request) }
  const answer = await work().catch(async (error: unknown) => {
    await releaseKey(needs.db, key, claimToken)
    throw error
  })
  await keepAnswer(needs, { key, claimToken }, answer)
  return { replayed: null }
}

const hashOf = ({ requestHash, rightsHash }: OnceRequest) => `${requestHash} ${rightsHash}`

/** The work is done, and its caller must hear so even when the answer cannot be kept for a second time. */
async function keepAnswer(
  needs: Needs,
  { key, claimToken }: { key: IdempotencyKey; claimToken: string },
  answer: StoredAnswer | null,
): Promise<void> {
  try {
    if (!answer) return await releaseKey(needs.db, key, claimToken)
    const sealedBody = await needs.vault.seal(answer.body, contextOf(key))
    await storeAnswer(needs.db, key, { claimToken, status: answer.status, sealedBody })
  } catch (error) {
    needs.log.error('idempotency.not_kept', { route: key.route, error: describeError(error) })
  }
}

async function readAnswer(
  needs: Needs,
  request: OnceRequest,
): Promise<StoredAnswer> {
  const { key } = request
  const known = await findRequest(needs.db, key)
  if (known && !known.request_hash.startsWith(`${request.requestHash} `)) throw IdempotencyKeyReused()
  if (known && known.request_hash !== hashOf(request)) {
    throw Forbidden({ detail: 'Your rights are not those with which this Idempotency-Key came first; use another one' })
  }
  // A row that is gone again: its request failed just now, and the next try will find the way free.
  if (!known || known.status === null || known.sealed_body === null) {
    throw IdempotencyInFlight({ retryAfterMs: SECOND_MS })
  }
  return { status: known.status, body: await needs.vault.open(known.sealed_body, contextOf(key)) }
}

/** Throws out answers that are older than a day; for cron. Returns how many. */
export async function collectIdempotencyKeys(needs: Pick<Kernel, 'db' | 'clock'>): Promise<number> {
  return deleteExpiredKeysAcrossOrganizations(needs.db, { now: needs.clock.now(), limit: COLLECTED_AT_ONCE })
}

import { type QuotaAnswer, QuotaUnavailable, type SessionQuota } from '#domain/sessions'
import type { Clock } from '#kernel/clock'
import { withDeadline } from '../deadline.ts'

/** Any answer is given within this time (D18). */
const DEADLINE_MS = 10_000

export interface QuotaLimits {
  /** Sessions of one organization at work at the same time. */
  concurrent: number
  /** Sessions that one organization may start in 24 hours. */
  perDay: number
}

/** How the methods of the object look over RPC. */
interface OrganizationRpc {
  reserve(want: { key: string; nowMs: number; limits: QuotaLimits }): Promise<QuotaAnswer>
  resume(want: { sessionId: string; nowMs: number; limits: QuotaLimits }): Promise<QuotaAnswer>
  settle(made: { key: string; sessionId: string; nowMs: number }): Promise<void>
  drop(gone: { key: string }): Promise<void>
  note(word: { sessionId: string; active: boolean; nowMs: number }): Promise<void>
}

/** Quotas decided by each organization's own Durable Object, called by native RPC. */
export function durableSessionQuota(
  namespace: DurableObjectNamespace,
  world: { limits: QuotaLimits; clock: Clock },
): SessionQuota {
  const { limits, clock } = world
  const nowMs = () => clock.now().getTime()
  const objectOf = (organizationId: string) => namespace.getByName(organizationId) as unknown as OrganizationRpc
  return {
    reserve: ({ organizationId, key }) =>
      answered(() => objectOf(organizationId).reserve({ key, nowMs: nowMs(), limits })),
    resume: ({ organizationId, sessionId }) =>
      answered(() => objectOf(organizationId).resume({ sessionId, nowMs: nowMs(), limits })),
    settle: ({ organizationId, key, sessionId }) =>
      answered(() => objectOf(organizationId).settle({ key, sessionId, nowMs: nowMs() })),
    drop: ({ organizationId, key }) => answered(() => objectOf(organizationId).drop({ key })),
    note: ({ organizationId, sessionId, active }) =>
      answered(() => objectOf(organizationId).note({ sessionId, active, nowMs: nowMs() })),
  }
}

async function answered<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await withDeadline(ask(), DEADLINE_MS)
  } catch (cause) {
    throw QuotaUnavailable({ cause, retryAfterMs: 1_000 })
  }
}

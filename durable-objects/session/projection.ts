import { auditToolCalls, projectSession, retryDelayMs, type SessionFacts } from '#domain/sessions'
import { describeError } from '#kernel/errors'
import { endSession } from './end.ts'
import type { Facts } from './facts.store.ts'
import type { LiveSession } from './live-session.ts'
import { markAudited, unauditedToolCalls } from './tool-calls.store.ts'

/** Tool calls written to the audit at once. */
const AUDITED_AT_ONCE = 20

/**
 * Timer `projection`: writes what the index does not know yet, until it is stored. The next try is armed before this
 * one begins, so that nothing is forgotten when the object dies in between.
 */
export function runProjection(session: LiveSession, { attempt }: { attempt: number }): void {
  session.timers.arm('projection', retryDelayMs(attempt), attempt + 1)
  session.background('projection', projectNow(session))
}

/**
 * Tries once, and joins a try that is under way, so that an older picture never overwrites a newer one. Aborts when
 * fenced.
 */
export function projectNow(session: LiveSession): Promise<void> {
  const running = session.singleFlight.get('projection')
  if (running) return running
  const work = project(session).finally(() => session.singleFlight.delete('projection'))
  session.singleFlight.set('projection', work)
  return work
}

async function project(session: LiveSession): Promise<void> {
  const { opening, facts, platform } = session
  if (!opening) return
  const projector = { organizationId: opening.organizationId, sessionId: opening.sessionId, epoch: facts.epoch }
  const { revision } = facts
  const calls = unauditedToolCalls(session.sql, AUDITED_AT_ONCE)
  try {
    const written = await projectSession(platform, { ...projector, facts: factsOf(facts) })
    if (written === 'fenced') session.abort('A younger instance has written to the index')
    if (written === 'missing') endDeleted(session)
    await auditToolCalls(platform, { ...projector, calls })
    await noteSlot(session)
  } catch (error) {
    platform.log.warn('session.projection_failed', { revision, error: describeError(error) })
    return
  }
  for (const call of calls) markAudited(session.sql, call)
  session.update({ projectedRevision: revision })
  const isBehind = session.facts.revision > revision || unauditedToolCalls(session.sql, 1).length > 0
  if (isBehind) session.timers.arm('projection', 0)
  else session.timers.disarm('projection')
}

/**
 * The row went with its organization or otherwise: nobody can reach this session any more, and its sandbox must not go on.
 */
function endDeleted(session: LiveSession): void {
  if (session.facts.final) return
  session.platform.log.error('session.row_missing', { alert: true })
  endSession(session, { status: 'stopped', outcome: 'canceled', reason: 'The session was deleted' })
}

/**
 * The organization counts the sessions that are at work; a paused or ended one gives its slot back. For one that never
 * worked its reservation speaks: it must not take a slot by waiting for one.
 */
async function noteSlot({ opening, facts, platform }: LiveSession): Promise<void> {
  if (!opening || facts.status === 'pending') return
  const { organizationId, sessionId } = opening
  const active = facts.status === 'starting' || facts.status === 'running'
  await platform.sessionQuota.note({ organizationId, sessionId, active })
}

const date = (instant: number | null) => (instant === null ? null : new Date(instant))

function factsOf(facts: Facts): SessionFacts {
  return {
    status: facts.status,
    statusReason: facts.statusReason,
    pauseReason: facts.pauseReason,
    outcome: facts.outcome,
    summary: facts.summary,
    sandboxId: facts.sandboxId,
    sandboxGeneration: facts.generation,
    sandboxExpiresAt: date(facts.sandboxExpiresAt),
    checkpointRef: facts.checkpointRef,
    startedAt: date(facts.startedAt),
    lastActivityAt: date(facts.lastActivityAt),
    lastSeenAliveAt: date(facts.lastSeenAliveAt),
    pausedAt: date(facts.pausedAt),
    endedAt: date(facts.endedAt),
  }
}

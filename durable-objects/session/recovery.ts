import { decideAfterLoss, decideLostLink, LINK_FIRST_LOOK_MS, type SandboxHealth } from '#domain/sessions'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import { CheckpointResult } from '#schema/contracts/sandbox-link'
import { bootFailed, startBoot } from './boot.ts'
import { noteCheckpoint } from './checkpoints.ts'
import { askDaemon } from './commands.ts'
import { failSession, pauseSession } from './end.ts'
import type { LiveSession } from './live-session.ts'
import { endUnfinishedPrompts, movePrompt } from './prompt-states.ts'
import { unfinishedPrompts } from './prompts.store.ts'

const ALIVE_EVERY_MS = MINUTE_MS
/** How long a last checkpoint may take before a sandbox is given up. */
const LAST_CHECKPOINT_MS = 45 * SECOND_MS

/** The daemon's socket is gone; most come back by themselves. */
export function linkLost(session: LiveSession, detail: string | null): void {
  session.link = null
  const { status } = session.facts
  if (status !== 'starting' && status !== 'running') return
  session.emit([{ type: 'link.changed', state: 'lost', detail }])
  session.update({ linkLostAt: session.now() })
  session.timers.arm('link', LINK_FIRST_LOOK_MS)
}

/** Timer `link`: is the sandbox still there, and for how long will it be waited for. */
export function runLinkCheck(session: LiveSession): void {
  const { linkLostAt } = session.facts
  if (linkLostAt === null) return
  session.timers.arm('link', LINK_FIRST_LOOK_MS)
  session.background('link', checkLink(session, linkLostAt))
}

async function checkLink(session: LiveSession, linkLostAt: number): Promise<void> {
  const { generation } = session.facts
  const health = await sandboxHealth(session)
  if (session.facts.linkLostAt !== linkLostAt || session.facts.generation !== generation) return
  const lostForMs = session.now() - linkLostAt
  const patienceMs = session.platform.config.LINK_LOST_SECONDS * SECOND_MS
  const decision = decideLostLink({ health, lostForMs, patienceMs })
  if (decision.then === 'wait') return session.timers.arm('link', decision.delayMs)
  const reason = decision.alive
    ? `The sandbox was not heard of for ${Math.round(lostForMs / 1_000)} s`
    : 'The sandbox ended unexpectedly'
  sandboxLost(session, reason)
}

async function sandboxHealth(session: LiveSession): Promise<SandboxHealth> {
  const { sandboxId } = session.facts
  if (sandboxId === null) return 'unknown'
  try {
    const living = await session.platform.sandboxes.checkSandboxes([sandboxId])
    return living.has(sandboxId) ? 'alive' : 'dead'
  } catch (error) {
    session.platform.log.warn('session.health_unknown', { sandboxId, error: describeError(error) })
    return 'unknown'
  }
}

/**
 * Timer `alive`: a link can look open long after the other end has vanished, so the provider is asked once a minute.
 * Writes the sign of life into the index as well.
 */
export function runAliveCheck(session: LiveSession): void {
  if (session.facts.status !== 'running') return
  session.timers.arm('alive', ALIVE_EVERY_MS)
  session.background('alive', checkAlive(session))
}

async function checkAlive(session: LiveSession): Promise<void> {
  const { generation } = session.facts
  const health = await sandboxHealth(session)
  if (session.facts.generation !== generation || session.facts.status !== 'running') return
  if (health === 'dead') sandboxLost(session, 'The sandbox ended unexpectedly')
  else if (health === 'alive' && session.link) session.update({ lastSeenAliveAt: session.now() })
}

/** The sandbox is gone for good: go on in another one once, or say why not. */
function sandboxLost(session: LiveSession, reason: string): void {
  if (session.facts.status === 'starting') return bootFailed(session, { message: reason, retryable: true })
  const prompts = unfinishedPrompts(session.sql)
  const active = prompts.find(({ state }) => state !== 'queued') ?? null
  const isRun = session.opening?.run != null
  const decision = decideAfterLoss({ activePrompt: active, hasWaitingPrompts: prompts.length > 0, isRun })
  switch (decision) {
    case 'fail':
      return failSession(session, { code: 'sandbox_lost', reason })
    case 'pause':
      return pauseSession(session, { pauseReason: 'sandbox_lost', reason })
    case 'recover': {
      const message = `${reason}; going on in another one from the last checkpoint`
      session.emit([{ type: 'session.error', code: 'sandbox.lost', message }])
      if (active) movePrompt(session, active, 'requeue', { recovered: true, waitingSince: new Date(session.now()) })
      return startBoot(session, { reason: message })
    }
  }
}

/**
 * Timer `expiry`: the provider is about to end the sandbox; its work is saved and the session waits for the next
 * prompt.
 */
export function runExpiry(session: LiveSession): void {
  // Again in a minute, should this instance die meanwhile; letting go of the sandbox takes the timer away.
  session.timers.arm('expiry', MINUTE_MS)
  session.background('expiry', expire(session))
}

async function expire(session: LiveSession): Promise<void> {
  const { generation } = session.facts
  await saveCheckpoint(session)
  if (session.facts.generation !== generation) return
  const reason = 'The sandbox reached the end of its lifetime'
  // A run has nobody who would prompt it again.
  if (session.opening?.run || session.facts.status === 'starting') {
    return failSession(session, { code: 'sandbox_expired', reason })
  }
  endUnfinishedPrompts(session, { change: 'fail', error: reason })
  pauseSession(session, { pauseReason: 'expiry', reason })
}

/** Has the daemon store the working trees now; what it cannot store now, an earlier checkpoint holds. */
export async function saveCheckpoint(session: LiveSession): Promise<void> {
  if (!session.link) return
  const { generation } = session.facts
  const reply = await askDaemon(session, { kind: 'checkpoint' }, LAST_CHECKPOINT_MS)
  const result = CheckpointResult.safeParse(reply.result)
  if (reply.ok && result.success) noteCheckpoint(session, { generation, ...result.data })
  else session.platform.log.warn('session.checkpoint_failed', { error: reply.error })
}

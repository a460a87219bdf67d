import {
  bootStageDeadlineMs,
  buildBootBundle,
  decideAfterBootFailure,
  mintSandboxToken,
  transcriptOf,
} from '#domain/sessions'
import type { SandboxHandle } from '#domain/sandboxes'
import { MINUTE_MS } from '#kernel/durations'
import { AppError, describeError } from '#kernel/errors'
import { spanIdOf, traceparentOf } from '#kernel/trace'
import type { BootBundle } from '#schema/contracts/boot-bundle'
import type { BootStage, SandboxEvent } from '#schema/contracts/session-events'
import { dispatchNext } from './dispatch.ts'
import { failSession, releaseSandbox, terminateLater } from './end.ts'
import { conversation } from './events.store.ts'
import { bootStage, type LiveSession } from './live-session.ts'
import { projectNow } from './projection.ts'

/** A running sandbox's life is looked at this often. */
const ALIVE_EVERY_MS = MINUTE_MS
/** The sandbox is given up this long before its provider would end it, to save what is in it. */
const EXPIRY_MARGIN_MS = MINUTE_MS

/**
 * Boots the session's next sandbox: the next generation, everything of the one before it let go. The timer stands
 * before the provider is asked (lesson b4). `attempt` counts from 1.
 */
export function startBoot(
  session: LiveSession,
  { attempt = 1, reason = null }: { attempt?: number; reason?: string | null } = {},
): void {
  releaseSandbox(session)
  session.update({
    generation: session.facts.generation + 1,
    sandboxSeq: 0,
    boot: { attempt, stage: 'queued', since: session.now() },
  })
  if (!session.move('boot', reason, { pauseReason: null, outcome: null, pausedAt: null, endedAt: null })) return
  session.emit([bootStage(session, 'queued', { state: 'started' })])
  armBoot(session, 'queued')
  launch(session)
}

/** Asks the provider in the background. Safe to repeat: it finds the sandbox of that name if it made it before. */
function launch(session: LiveSession): void {
  const { generation } = session.facts
  const key = `launch:${generation}`
  if (session.singleFlight.has(key)) return
  const work = ensureSandbox(session, generation).finally(() => session.singleFlight.delete(key))
  session.singleFlight.set(key, work)
  session.background('launch', work)
}

async function ensureSandbox(session: LiveSession, generation: number): Promise<void> {
  // The index is told first: an instance that was taken over learns of it here, before it asks for a machine.
  await projectNow(session)
  if (!isWanted(session, generation)) return
  enterStage(session, 'provider')
  try {
    const handle = await session.platform.sandboxes.ensureSandbox({
      sessionId: session.opening?.sessionId ?? '',
      generation,
      env: await daemonEnvironment(session, generation),
      lifetimeSeconds: session.platform.config.SANDBOX_TIMEOUT_SECONDS,
    })
    if (isWanted(session, generation)) keepSandbox(session, handle)
    else terminateLater(session, handle.sandboxId)
  } catch (error) {
    const retryable = !(error instanceof AppError) || error.retryable
    if (session.facts.generation === generation) bootFailed(session, { message: describeError(error), retryable })
  }
}

async function daemonEnvironment(session: LiveSession, generation: number): Promise<Record<string, string>> {
  const { config } = session.platform
  const sessionId = session.opening?.sessionId ?? ''
  const token = { serviceToken: config.SERVICE_TOKEN, sessionId, generation }
  return {
    PLATFORM_URL: config.PLATFORM_URL,
    SANDBOX_TOKEN: await mintSandboxToken(session.platform, token),
    SESSION_ID: sessionId,
    TRACEPARENT: traceparentOf({ traceId: session.traceId, spanId: spanIdOf(session.platform.ids.next()) }),
  }
}

/** A sandbox may answer before its provider does; either order is right. */
function isWanted(session: LiveSession, generation: number): boolean {
  const { status } = session.facts
  return session.facts.generation === generation && (status === 'starting' || status === 'running')
}

function keepSandbox(session: LiveSession, handle: SandboxHandle): void {
  session.update({ sandboxId: handle.sandboxId, sandboxExpiresAt: handle.expiresAt.getTime() })
  session.timers.arm('expiry', handle.expiresAt.getTime() - EXPIRY_MARGIN_MS - session.now())
  const detail = handle.recovered ? 'Found the sandbox that was there already' : undefined
  if (session.facts.boot?.stage === 'provider') {
    session.emit([
      bootStage(session, 'provider', {
        state: 'finished',
        durationMs: sinceStage(session),
        ...(detail ? { detail } : {}),
      }),
    ])
    armBoot(session, 'provider')
  }
}

/** A stage of the platform's own begins; the one before it is over. */
function enterStage(session: LiveSession, stage: BootStage): void {
  const { boot } = session.facts
  if (!boot || boot.stage === stage) return
  session.emit([
    bootStage(session, boot.stage, { state: 'finished', durationMs: sinceStage(session) }),
    bootStage(session, stage, { state: 'started' }),
  ])
  session.update({ boot: { ...boot, stage, since: session.now() } })
  armBoot(session, stage)
}

const sinceStage = (session: LiveSession) => session.now() - (session.facts.boot?.since ?? session.now())

function armBoot(session: LiveSession, stage: BootStage): void {
  session.timers.arm('boot', bootStageDeadlineMs(stage, session.platform.config.BOOT_STAGE_TIMEOUT_SECONDS))
}

/** What the daemon reports of its boot; any word of it is progress (D13). */
export function bootProgressed(session: LiveSession, event: Extract<SandboxEvent, { type: 'boot.stage' }>): void {
  const { boot, status } = session.facts
  if (event.generation !== session.facts.generation || status !== 'starting' || !boot) return
  if (event.state === 'failed') {
    return bootFailed(session, { message: event.detail ?? `${event.stage} failed`, retryable: false, isTold: true })
  }
  const since = boot.stage === event.stage ? boot.since : session.now()
  session.update({ boot: { ...boot, stage: event.stage, since } })
  armBoot(session, event.stage)
  if (event.stage === 'ready' && event.state === 'finished') becomeReady(session)
}

function becomeReady(session: LiveSession): void {
  session.timers.disarm('boot')
  session.timers.disarm('boot-retry')
  session.update({ boot: null, linkLostAt: null, lastSeenAliveAt: session.now() })
  session.move('ready', null, { startedAt: session.facts.startedAt ?? session.now() })
  session.timers.arm('alive', ALIVE_EVERY_MS)
  // The instance that asked the provider may have died before it heard the answer: ask again whose machine this is.
  if (session.facts.sandboxId === null) launch(session)
  dispatchNext(session)
}

/** An attempt to boot failed: another one, if it may pass by itself, else the session fails with the reason. */
export function bootFailed(
  session: LiveSession,
  failure: { message: string; retryable: boolean; isTold?: boolean },
): void {
  const { boot, status } = session.facts
  if (status !== 'starting' || !boot) return
  const stage = boot.stage
  if (!failure.isTold) session.emit([bootStage(session, stage, { state: 'failed', detail: failure.message })])
  const decision = decideAfterBootFailure({ attempt: boot.attempt, retryable: failure.retryable })
  if (decision.then === 'fail') {
    return failSession(session, {
      code: 'boot_failed',
      reason: `The sandbox did not start (${stage}): ${failure.message}`,
    })
  }
  session.timers.disarm('boot')
  session.update({ boot: { ...boot, attempt: boot.attempt + 1 } })
  session.timers.arm('boot-retry', decision.delayMs)
}

/** Timer `boot`: a stage went without progress for too long. */
export function runBootDeadline(session: LiveSession): void {
  const stage = session.facts.boot?.stage ?? 'queued'
  const seconds = bootStageDeadlineMs(stage, session.platform.config.BOOT_STAGE_TIMEOUT_SECONDS) / 1_000
  bootFailed(session, { message: `No progress for ${seconds} s`, retryable: true })
}

/** Timer `boot-retry`. Without a sandbox the same one is asked for again; one that hung is replaced. */
export function runBootRetry(session: LiveSession): void {
  const { boot, status, sandboxId } = session.facts
  if (status !== 'starting' || !boot) return
  if (sandboxId !== null) return startBoot(session, { attempt: boot.attempt })
  armBoot(session, boot.stage)
  launch(session)
}

/** What the sandbox of the current generation boots from. Fails the boot for what no retry of the daemon can cure. */
export async function bundleFor(session: LiveSession, generation: number): Promise<BootBundle | null> {
  const { opening, facts, platform } = session
  if (!opening) return null
  try {
    return await buildBootBundle(platform, {
      opening,
      generation,
      checkpointRef: facts.checkpointRef,
      transcript: generation > 1 ? transcriptOf(conversation(session.sql)) : null,
    })
  } catch (error) {
    const hopeless = error instanceof AppError && !error.retryable && error.kind !== 'internal'
    if (hopeless && session.facts.generation === generation) {
      bootFailed(session, { message: describeError(error), retryable: false })
    }
    throw error
  }
}

/** An instance that died while it asked the provider left no handle behind; the next one asks again at once. */
export function resumeBoot(session: LiveSession): void {
  const { status, sandboxId, boot } = session.facts
  const wasAsking = boot?.stage === 'queued' || boot?.stage === 'provider'
  if (status !== 'starting' || sandboxId !== null || !wasAsking || session.timers.isArmed('boot-retry')) return
  session.timers.arm('boot-retry', 0)
}

import type { SessionLiveStatus } from '#domain/sessions'
import type { LiveSession } from './live-session.ts'

/**
 * What the session knows of itself. A link that is open speaks for the sandbox; else its provider is asked, which wakes
 * nothing.
 */
export async function liveStatus(session: LiveSession): Promise<SessionLiveStatus> {
  const { status, statusReason, lastActivityAt } = session.facts
  return {
    status,
    statusReason,
    sandboxAlive: await isSandboxAlive(session),
    lastActivityAt: lastActivityAt === null ? null : new Date(lastActivityAt).toISOString(),
  }
}

async function isSandboxAlive(session: LiveSession): Promise<boolean | null> {
  const { sandboxId } = session.facts
  if (sandboxId === null) return null
  if (session.link) return true
  try {
    return (await session.platform.sandboxes.checkSandboxes([sandboxId])).has(sandboxId)
  } catch {
    // Not proven dead; the session's own timers will find out.
    return true
  }
}

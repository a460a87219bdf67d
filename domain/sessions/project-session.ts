import type { Kernel } from '#kernel/needs'
import { type SessionFacts, writeSessionFacts } from './sessions.store.ts'
import { type AuditedToolCall, writeToolCalls } from './tool-audit.store.ts'

/** Who writes: the object's session, and the epoch of the instance (D15). */
export interface Projector {
  organizationId: string
  sessionId: string
  epoch: number
}

/**
 * Writes what the session's object knows of itself into the index, compare-and-set on the epoch. `fenced` means that a
 * younger instance of the object has taken over: the caller must stop at once. `missing` means that the row is gone.
 */
export async function projectSession(
  needs: Pick<Kernel, 'db' | 'clock'>,
  input: Projector & { facts: SessionFacts },
): Promise<'stored' | 'fenced' | 'missing'> {
  return writeSessionFacts(needs.db, { ...input, now: needs.clock.now() })
}

/** Writes tool calls into the audit; an instance that was taken over writes nothing. */
export async function auditToolCalls(
  needs: Pick<Kernel, 'db'>,
  input: Projector & { calls: AuditedToolCall[] },
): Promise<void> {
  if (input.calls.length > 0) await writeToolCalls(needs.db, input)
}

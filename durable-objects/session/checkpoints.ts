import type { LiveSession } from './live-session.ts'

/** Keeps where the newest checkpoint lies, and removes the one it replaces. One of an older sandbox changes nothing. */
export function noteCheckpoint(
  session: LiveSession,
  checkpoint: { generation: number; ref: string; bytes: number },
): void {
  const { facts, opening } = session
  const { ref, bytes, generation } = checkpoint
  if (!opening || generation !== facts.generation || facts.checkpointRef === ref) return
  const replaced = facts.checkpointRef
  session.update({ checkpointRef: ref })
  session.emit([{ type: 'checkpoint.saved', ref, bytes }])
  if (replaced !== null) {
    session.background('checkpoint', session.platform.blobs.delete([`sessions/${opening.sessionId}/${replaced}`]))
  }
}

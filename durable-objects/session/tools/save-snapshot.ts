import type { LiveSession } from '../live-session.ts'
import type { ToolOutcome } from './handler.ts'
import { declined } from './handler.ts'

/**
 * No provider of this deployment can keep the state of a whole sandbox; checkpoints keep the work without being asked.
 */
export async function saveSnapshot(session: LiveSession): Promise<ToolOutcome> {
  const { name } = session.platform.sandboxes
  return declined(`Snapshots are not supported yet by this provider (${name}). Your work is kept by checkpoints.`)
}

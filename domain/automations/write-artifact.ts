import type { Kernel } from '#kernel/needs'
import type { Blobs } from '#kernel/ports'
import { findRunRow, saveArtifactRef } from './runs.store.ts'

/** Where an artifact of a run stands in blob storage (b1 §1.6). */
export const artifactKey = (runId: string, artifact: 'completion' | 'enrichment') => `runs/${runId}/${artifact}.json`

/**
 * Writes the completion or the enrichment of a run to blob storage and points the run at it. Repeating it writes the
 * same bytes. `missing` when the run has nothing of that kind, which no retry can cure.
 */
export async function writeArtifact(
  needs: Pick<Kernel, 'db' | 'clock' | 'log'> & { blobs: Blobs },
  input: { organizationId: string; runId: string; artifact: 'completion' | 'enrichment' },
): Promise<'written' | 'missing'> {
  const { organizationId, runId, artifact } = input
  const run = await findRunRow(needs.db, input)
  const content = artifact === 'completion' ? run?.completion : run?.enrichment
  if (!content) {
    needs.log.error('run.artifact_missing', { alert: true, organizationId, runId, artifact })
    return 'missing'
  }
  const ref = artifactKey(runId, artifact)
  const body = `${JSON.stringify(content, null, 2)}\n`
  await needs.blobs.put(ref, body, { contentType: 'application/json', organizationId })
  await saveArtifactRef(needs.db, { organizationId, runId, artifact, ref, now: needs.clock.now() })
  return 'written'
}

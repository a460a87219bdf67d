import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { GitNeeds } from '../git/git.ts'
import type { WorkingRepository } from '../git/repository.ts'
import { restoreCheckpoint } from '../git/restore.ts'
import type { DaemonLog } from '../log.ts'
import { loadBlob } from '../platform.ts'
import { wordsOf } from '../text.ts'
import type { Progress } from './stages.ts'

/**
 * Brings back the work of an earlier sandbox of this session. When that is impossible the fresh clone stays, and the
 * reason is told: a session never ends because a restore failed (decision D12).
 */
export async function restoreWork(
  needs: GitNeeds & { state: string; log: DaemonLog; address: { platformUrl: string; token: string } },
  wanted: { repositories: WorkingRepository[]; key: string; tell: Progress },
): Promise<WorkingRepository[]> {
  const file = path.join(needs.state, 'restore.bundle')
  await mkdir(needs.state, { recursive: true })
  try {
    await loadBlob(needs, { key: wanted.key, file })
    const restored = await restoreCheckpoint(needs, wanted.repositories, file)
    wanted.tell(`Restored the checkpoint ${wanted.key}`, true)
    return restored
  } catch (error) {
    needs.log.warn('checkpoint.restore_failed', { key: wanted.key, message: wordsOf(error) })
    wanted.tell(
      `The checkpoint ${wanted.key} could not be restored, going on with a fresh clone: ${wordsOf(error)}`,
      true,
    )
    return wanted.repositories
  } finally {
    await rm(file, { force: true })
  }
}

import path from 'node:path'
import { borrowObjects, gitFolderOf, withBundleRepository } from './bundle-repository.ts'
import { git, type GitNeeds } from './git.ts'
import type { WorkingRepository } from './repository.ts'
import { type WorkingTree, withWorkingTree } from './working-tree.ts'

/** What a restore must know and git's own objects do not say; the message of the checkpoint's commit. */
export interface CheckpointNote {
  version: 1
  name: string
  /** The branch that was checked out; null when none was. */
  branch: string | null
  hasIndex: boolean
}

/** In a bundle: `refs/checkpoint/<repository id>/<commit that was cloned>`. */
export const CHECKPOINT_REFS = 'refs/checkpoint/'

const DEADLINE_MS = 120_000

/**
 * Writes everything since the clone into one git bundle: commits, what is staged, unstaged and untracked, without
 * ignored files (decision D12). Neither index nor branches nor object stores of the repositories are touched. Returns
 * a fingerprint of the content; with `unless` equal to it nothing is written, and null comes back.
 */
export async function writeCheckpoint(
  needs: GitNeeds & { state: string },
  repositories: WorkingRepository[],
  target: { file: string; unless: string | null },
): Promise<string | null> {
  const gitFolders = await Promise.all(repositories.map(({ folder }) => gitFolderOf(needs, folder)))
  return withBundleRepository(needs, gitFolders, (bundle) => {
    const withAll = async (rest: WorkingRepository[], prints: string[]): Promise<string | null> => {
      const [first, ...others] = rest
      if (!first) return finish(needs, { bundle, repositories, prints, target })
      return withWorkingTree(needs, first, async (tree) => {
        await borrowObjects(bundle, [tree.env['GIT_OBJECT_DIRECTORY'] ?? ''])
        return withAll(others, [...prints, await commitWork(needs, bundle, first, tree)])
      })
    }
    return withAll(repositories, [])
  })
}

/** Makes the commit of one repository's work inside the bundle repository and points its ref there. */
async function commitWork(
  needs: GitNeeds,
  bundle: string,
  repository: WorkingRepository,
  tree: WorkingTree,
): Promise<string> {
  const inBundle = { cwd: bundle }
  const branch = await currentBranch(needs, repository)
  const note: CheckpointNote = { version: 1, name: repository.name, branch, hasIndex: tree.indexTree !== null }
  const parents = ['-p', tree.headSha]
  if (tree.indexTree !== null) {
    parents.push('-p', await git(needs, ['commit-tree', tree.indexTree, '-p', tree.headSha, '-m', 'index'], inBundle))
  }
  const work = await git(needs, ['commit-tree', tree.workTree, ...parents, '-m', JSON.stringify(note)], inBundle)
  const ref = `${CHECKPOINT_REFS}${repository.repositoryId}/${repository.baseSha}`
  await git(needs, ['update-ref', ref, work], inBundle)
  return [repository.repositoryId, branch, tree.headSha, tree.indexTree, tree.workTree].join(' ')
}

async function finish(
  needs: GitNeeds,
  made: {
    bundle: string
    repositories: WorkingRepository[]
    prints: string[]
    target: { file: string; unless: string | null }
  },
): Promise<string | null> {
  const fingerprint = made.prints.join('\n')
  if (fingerprint === made.target.unless) return null
  const known = made.repositories.map(({ baseSha }) => `^${baseSha}`)
  const args = ['bundle', 'create', '--quiet', path.resolve(made.target.file), `--glob=${CHECKPOINT_REFS}*`, ...known]
  await git(needs, args, { cwd: made.bundle, deadlineMs: DEADLINE_MS })
  return fingerprint
}

async function currentBranch(needs: GitNeeds, repository: WorkingRepository): Promise<string | null> {
  return git(needs, ['symbolic-ref', '--quiet', '--short', 'HEAD'], { cwd: repository.folder }).catch(() => null)
}

import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BootRepository } from '#schema/contracts/boot-bundle'
import { insideOf } from '../inside-of.ts'
import { git, GitFailed, type GitNeeds, gitSays } from './git.ts'
import type { WorkingRepository } from './repository.ts'

/** History a clone starts with; a wanted commit that lies deeper is fetched. */
const DEPTH = 100
const CLONE_DEADLINE_MS = 30 * 60_000
/** git says nothing for so long only when the server hangs. */
const SILENCE_MS = 120_000

/**
 * Clones a repository into its place of the workspace and checks the wanted commit out, on a branch of the wanted
 * name. A branch that does not exist gives way to the default branch, and `progress` is told so. Throws `GitFailed`
 * in git's words.
 */
export async function cloneRepository(
  needs: GitNeeds,
  wanted: BootRepository,
  place: { workspace: string; progress: (line: string, matters?: boolean) => void },
): Promise<WorkingRepository> {
  const folder = insideOf(place.workspace, wanted.workspacePath)
  await mkdir(path.dirname(folder), { recursive: true })
  await cloneOnNetwork(needs, wanted, { folder, progress: place.progress })
  const options = { cwd: folder }
  if (!(await gitSays(needs, ['rev-parse', '--verify', '--quiet', 'HEAD'], options))) {
    throw new Error(`${wanted.name} has no commit yet`)
  }
  if (wanted.commitSha !== null) {
    await ensureCommit(needs, folder, wanted.commitSha)
    await git(needs, ['checkout', '--quiet', '-B', wanted.branch, wanted.commitSha], options)
  }
  const baseSha = await git(needs, ['rev-parse', 'HEAD'], options)
  return { repositoryId: wanted.repositoryId, name: wanted.name, folder, workspacePath: wanted.workspacePath, baseSha }
}

/** What the network does to a clone and may not do to the next one. */
const NETWORK_FAULT =
  /could not resolve|timed out|connection (refused|reset)|failed to connect|early eof|hung up|error: 5|said nothing/i
const PAUSES_MS = [1_000, 4_000]

async function cloneOnNetwork(
  needs: GitNeeds,
  wanted: BootRepository,
  place: { folder: string; progress: (line: string, matters?: boolean) => void },
): Promise<void> {
  let branch = ['--branch', wanted.branch]
  for (let attempt = 0; ; attempt += 1) {
    try {
      const fixed = ['clone', '--progress', '--no-tags', '--single-branch', `--depth=${DEPTH}`]
      await git(needs, [...fixed, ...branch, '--', wanted.url, place.folder], {
        cwd: path.dirname(place.folder),
        deadlineMs: CLONE_DEADLINE_MS,
        silenceMs: SILENCE_MS,
        onLine: place.progress,
      })
      return
    } catch (error) {
      if (!(error instanceof GitFailed)) throw error
      await rm(place.folder, { recursive: true, force: true })
      const pauseMs = PAUSES_MS[attempt]
      if (branch.length > 0 && /remote branch .* not found/i.test(error.words)) {
        place.progress(`There is no branch ${wanted.branch}: taking the default branch`, true)
        branch = []
      } else if (pauseMs !== undefined && NETWORK_FAULT.test(error.words)) {
        place.progress(`${error.words}; once more`, true)
        await sleep(pauseMs)
      } else throw error
    }
  }
}

/**
 * Makes sure that a commit is in the clone: asks the origin for it, then for the whole history. Throws when it has
 * neither.
 */
export async function ensureCommit(needs: GitNeeds, folder: string, commitSha: string): Promise<void> {
  const options = { cwd: folder, deadlineMs: CLONE_DEADLINE_MS, silenceMs: SILENCE_MS }
  const isHere = () => gitSays(needs, ['cat-file', '-e', `${commitSha}^{commit}`], options)
  if (await isHere()) return
  await gitSays(needs, ['fetch', '--progress', '--no-tags', `--depth=${DEPTH}`, 'origin', commitSha], options)
  if (await isHere()) return
  await gitSays(needs, ['fetch', '--progress', '--no-tags', '--unshallow', 'origin'], options)
  if (!(await isHere())) throw new Error(`The origin does not have the commit ${commitSha}`)
}

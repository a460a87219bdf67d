import type { z } from 'zod'
import type { PublishResult } from '#schema/contracts/sandbox-link'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { git, GitFailed, type GitNeeds, gitSays } from './git.ts'
import type { WorkingRepository } from './repository.ts'
import { withWorkingTree } from './working-tree.ts'

type Published = z.infer<typeof PublishResult>

/** Longer than any push of code takes; the Session waits no longer than this either. */
const DEADLINE_MS = 120_000

/**
 * Commits everything that is not ignored and pushes it as `branch`, through the credential helper. Repositories whose
 * tree equals the clone are left alone, unless they were pushed before. `record` is told of each push. Throws in
 * words for a person: the push was refused, the branch has moved on, the name is not a branch name.
 */
export async function publish(
  needs: GitNeeds & { state: string; record: (event: SandboxEvent) => void },
  repositories: WorkingRepository[],
  wanted: { branch: string; message: string },
): Promise<Published> {
  const giveUpAt = Date.now() + DEADLINE_MS
  const published: Published[] = []
  for (const repository of repositories) {
    const { branch } = wanted
    if (!(await gitSays(needs, ['check-ref-format', '--branch', branch], { cwd: repository.folder }))) {
      throw new Error(`"${branch}" is not a branch name`)
    }
    const commitSha = (await hasWork(needs, repository, branch))
      ? await commitAndPush(needs, repository, { ...wanted, deadlineMs: Math.max(1, giveUpAt - Date.now()) })
      : null
    if (commitSha !== null) needs.record({ type: 'branch.pushed', repository: repository.name, branch, commitSha })
    published.push({ branch, commitSha: commitSha ?? repository.baseSha, pushed: commitSha !== null })
  }
  const answer = published.find(({ pushed }) => pushed) ?? published[0]
  if (!answer) throw new Error('This sandbox has no repository to publish')
  return answer
}

async function hasWork(needs: GitNeeds & { state: string }, repository: WorkingRepository, branch: string) {
  const options = { cwd: repository.folder }
  if (await gitSays(needs, ['rev-parse', '--verify', '--quiet', pushedRef(branch)], options)) return true
  const baseTree = await git(needs, ['rev-parse', `${repository.baseSha}^{tree}`], options)
  return withWorkingTree(needs, repository, async ({ workTree }) => workTree !== baseTree)
}

/**
 * Remembers in the repository itself that the branch was pushed: it then follows the work also when that is taken
 * back.
 */
const pushedRef = (branch: string) => `refs/proliferate/pushed/${branch}`

async function commitAndPush(
  needs: GitNeeds,
  repository: WorkingRepository,
  wanted: { branch: string; message: string; deadlineMs: number },
): Promise<string> {
  const options = { cwd: repository.folder, deadlineMs: wanted.deadlineMs }
  await git(needs, ['-c', 'advice.addEmbeddedRepo=false', 'add', '--all', '.'], options)
  if (!(await gitSays(needs, ['diff', '--cached', '--quiet'], options))) {
    // The repository's own hooks are made for people; one that fails must not keep finished work from being seen.
    await git(needs, ['-c', 'commit.gpgSign=false', 'commit', '--quiet', '--no-verify', '-m', wanted.message], options)
  }
  const commitSha = await git(needs, ['rev-parse', 'HEAD'], options)
  try {
    await git(needs, ['push', '--no-verify', 'origin', `HEAD:refs/heads/${wanted.branch}`], options)
  } catch (error) {
    throw error instanceof GitFailed ? inWords(error, repository, wanted.branch) : error
  }
  await git(needs, ['update-ref', pushedRef(wanted.branch), commitSha], options)
  return commitSha
}

function inWords(error: GitFailed, repository: WorkingRepository, branch: string): Error {
  if (/non-fast-forward|fetch first|stale info/i.test(error.words)) {
    return new Error(
      `${repository.name} already has a branch ${branch} with commits that are not here; the push was refused. ` +
        error.words,
      { cause: error },
    )
  }
  return error
}

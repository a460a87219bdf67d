import { copyFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { gitFolderOf, withBundleRepository } from './bundle-repository.ts'
import { CHECKPOINT_REFS } from './checkpoint.ts'
import { ensureCommit } from './clone.ts'
import { git, type GitNeeds } from './git.ts'
import type { WorkingRepository } from './repository.ts'

const Note = z.object({ version: z.literal(1), branch: z.string().nullable(), hasIndex: z.boolean() })

interface Restorable {
  repository: WorkingRepository
  ref: string
  work: string
  baseSha: string
}

/**
 * Puts the work of a checkpoint back into freshly cloned repositories: branch, commits, what was staged, unstaged and
 * untracked. Returns the repositories with the commit their work is based on, which may be older than what was
 * cloned. Throws when a repository's origin no longer has that commit, before anything was changed.
 */
export async function restoreCheckpoint(
  needs: GitNeeds & { state: string },
  repositories: WorkingRepository[],
  file: string,
): Promise<WorkingRepository[]> {
  const found = await listWork(needs, repositories, file)
  for (const { repository, baseSha } of found) await ensureCommit(needs, repository.folder, baseSha)
  const gitFolders = await Promise.all(found.map(({ repository }) => gitFolderOf(needs, repository.folder)))
  await withBundleRepository(needs, gitFolders, async (bundle) => {
    for (const [index, { baseSha }] of found.entries()) {
      await git(needs, ['update-ref', `refs/base/${index}`, baseSha], { cwd: bundle })
    }
    await git(needs, ['bundle', 'unbundle', path.resolve(file)], { cwd: bundle, deadlineMs: 120_000 })
    for (const gitFolder of gitFolders) await copyPacks(bundle, gitFolder)
  })
  for (const work of found) await checkOut(needs, work)
  return repositories.map((repository) => {
    const work = found.find((one) => one.repository === repository)
    return work ? { ...repository, baseSha: work.baseSha } : repository
  })
}

async function listWork(needs: GitNeeds, repositories: WorkingRepository[], file: string): Promise<Restorable[]> {
  const [first] = repositories
  if (!first) return []
  const heads = await git(needs, ['bundle', 'list-heads', path.resolve(file)], { cwd: first.folder })
  return heads.split('\n').flatMap((line) => {
    const [work = '', ref = ''] = line.split(' ')
    const [repositoryId, baseSha = ''] = ref.replace(CHECKPOINT_REFS, '').split('/')
    const repository = repositories.find((one) => one.repositoryId === repositoryId)
    return repository ? [{ repository, ref, work, baseSha }] : []
  })
}

/** `unbundle` leaves whole packs, so copying them is all that is needed to make the objects known. */
async function copyPacks(bundle: string, gitFolder: string): Promise<void> {
  const from = path.join(bundle, 'objects/pack')
  for (const name of await readdir(from)) {
    await copyFile(path.join(from, name), path.join(gitFolder, 'objects/pack', name))
  }
}

async function checkOut(needs: GitNeeds, { repository, work }: Restorable): Promise<void> {
  const options = { cwd: repository.folder }
  const note = Note.parse(JSON.parse(await git(needs, ['log', '-1', '--format=%B', work], options)))
  const target = note.branch === null ? ['--detach'] : ['-B', note.branch]
  await git(needs, ['checkout', '--quiet', '--force', '--no-track', ...target, `${work}^1`], options)
  await git(needs, ['read-tree', '--reset', '-u', work], options)
  await git(needs, ['read-tree', note.hasIndex ? `${work}^2` : `${work}^1`], options)
  await git(needs, ['update-index', '-q', '--refresh'], options).catch(() => undefined)
}

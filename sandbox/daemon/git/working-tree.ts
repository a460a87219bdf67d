import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { git, type GitNeeds } from './git.ts'
import type { WorkingRepository } from './repository.ts'

export interface WorkingTree {
  headSha: string
  /** Tree of what is staged; null while a merge has conflicts, when there is no such tree. */
  indexTree: string | null
  /** Tree of everything in the folder that is not ignored: staged, unstaged and untracked. */
  workTree: string
  /** Environment in which git knows these trees. */
  env: NodeJS.ProcessEnv
}

/**
 * Looks at a working tree as a commit would, and hands what it saw to `use`, without touching the user's index,
 * branch or object store: git works on copies of the index and writes objects into a folder that is removed
 * afterwards.
 */
export async function withWorkingTree<T>(
  needs: GitNeeds & { state: string },
  repository: WorkingRepository,
  use: (tree: WorkingTree) => Promise<T>,
): Promise<T> {
  await mkdir(needs.state, { recursive: true })
  const scratch = await mkdtemp(path.join(needs.state, 'tree-'))
  try {
    return await use(await readTree(needs, repository, scratch))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function readTree(needs: GitNeeds, repository: WorkingRepository, scratch: string): Promise<WorkingTree> {
  const cwd = repository.folder
  const gitFolder = await git(needs, ['rev-parse', '--absolute-git-dir'], { cwd })
  const objects = path.join(scratch, 'objects')
  await mkdir(objects)
  const index = path.join(scratch, 'index')
  // Absent in a repository without a checkout: git then starts from an empty one.
  await copyFile(path.join(gitFolder, 'index'), index).catch(() => undefined)
  const env = {
    GIT_INDEX_FILE: index,
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(gitFolder, 'objects'),
  }
  const headSha = await git(needs, ['rev-parse', 'HEAD'], { cwd })
  const indexTree = await git(needs, ['write-tree'], { cwd, env }).catch(() => null)
  await git(needs, ['-c', 'advice.addEmbeddedRepo=false', 'add', '--all', '.'], { cwd, env, deadlineMs: 120_000 })
  const workTree = await git(needs, ['write-tree'], { cwd, env })
  return { headSha, indexTree, workTree, env }
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { git, type GitNeeds } from './git.ts'

/**
 * A bare repository that borrows the objects of others, for the time of one task: one bundle can then hold the work
 * of several repositories, and none of them gets a ref or an object it did not have.
 */
export async function withBundleRepository<T>(
  needs: GitNeeds & { state: string },
  gitFolders: string[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(needs.state, { recursive: true })
  const folder = await mkdtemp(path.join(needs.state, 'bundle-'))
  try {
    await git(needs, ['init', '--quiet', '--bare', '--template=', folder], { cwd: needs.state })
    await borrowObjects(folder, gitFolders.map((gitFolder) => path.join(gitFolder, 'objects')))
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Adds to the object folders that a bundle repository looks into. */
export async function borrowObjects(folder: string, objectFolders: string[]): Promise<void> {
  const info = path.join(folder, 'objects/info')
  await mkdir(info, { recursive: true })
  const file = path.join(info, 'alternates')
  const known = await readFile(file, 'utf8').catch(() => '')
  await writeFile(file, known + objectFolders.map((objects) => `${objects}\n`).join(''))
}

/** The `.git` folder of a working tree. */
export function gitFolderOf(needs: GitNeeds, folder: string): Promise<string> {
  return git(needs, ['rev-parse', '--absolute-git-dir'], { cwd: folder })
}

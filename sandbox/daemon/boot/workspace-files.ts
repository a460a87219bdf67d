import { appendFile, mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gitFolderOf } from '../git/bundle-repository.ts'
import type { GitNeeds } from '../git/git.ts'
import type { WorkingRepository } from '../git/repository.ts'
import { insideOf } from '../inside-of.ts'

/** Ours in every workspace: trigger context, evidence for `verify`. */
const OUR_FOLDER = '.proliferate'

/**
 * Writes the platform's files into the workspace. Throws for a path that leads out of it, also through a link in the
 * repository.
 */
export async function writeWorkspaceFiles(
  workspace: string,
  files: { path: string; content: string }[],
): Promise<void> {
  const root = await realpath(workspace)
  for (const file of files) {
    const target = insideOf(root, file.path)
    await mkdir(path.dirname(target), { recursive: true })
    const folder = await realpath(path.dirname(target))
    if (folder !== root && !folder.startsWith(root + path.sep))
      throw new Error(`${file.path} leads out of the workspace`)
    await writeFile(path.join(folder, path.basename(target)), file.content)
  }
}

/** Tells git to ignore what the platform wrote, in the clone's private list, so that no commit ever has it. */
export async function excludeFromGit(
  needs: GitNeeds,
  repositories: WorkingRepository[],
  place: { workspace: string; files: string[] },
): Promise<void> {
  const targets = [OUR_FOLDER, ...place.files].map((file) => path.resolve(place.workspace, file))
  for (const repository of repositories) {
    const inside = targets
      .map((target) => path.relative(repository.folder, target))
      .filter((relative) => relative !== '' && !relative.startsWith('..'))
    const info = path.join(await gitFolderOf(needs, repository.folder), 'info')
    await mkdir(info, { recursive: true })
    const file = path.join(info, 'exclude')
    const known = (await readFile(file, 'utf8').catch(() => '')).split('\n')
    const lines = [...new Set([OUR_FOLDER, ...inside])].map((relative) => `/${relative.split(path.sep).join('/')}`)
    const missing = lines.filter((line) => !known.includes(line))
    if (missing.length > 0) await appendFile(file, `\n${missing.join('\n')}\n`)
  }
}

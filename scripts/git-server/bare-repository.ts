import { randomUUID } from 'node:crypto'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { git } from './git-command.ts'

/** `owner/name.git`, as the server's URLs have it. */
const REPOSITORY_NAME = /^[\w-][\w.-]*\/[\w-][\w.-]*\.git$/

/** Fixed, so that the same seed gives the same commit id on every machine. */
const AUTHOR = {
  GIT_AUTHOR_NAME: 'Acme Developer',
  GIT_AUTHOR_EMAIL: 'developer@acme.example',
  GIT_AUTHOR_DATE: '2026-01-05T09:00:00Z',
  GIT_COMMITTER_NAME: 'Acme Developer',
  GIT_COMMITTER_EMAIL: 'developer@acme.example',
  GIT_COMMITTER_DATE: '2026-01-05T09:00:00Z',
}

/**
 * Makes a bare repository, ready to be pushed to, whose branch `main` has one commit with the files of `seedDirectory`
 * (its .gitignore is honoured). One that exists already is left as it is. Returns the commit id of `main`.
 */
export async function createBareRepository(root: string, name: string, seedDirectory: string): Promise<string> {
  if (!REPOSITORY_NAME.test(name)) throw new Error(`"${name}" is not a repository name like acme/widgets.git`)
  const repository = path.join(root, name)
  if (!(await exists(repository))) {
    // Made aside and renamed: an interrupted start leaves no half repository under the name.
    const fresh = path.join(root, `.new-${randomUUID()}`)
    await mkdir(fresh, { recursive: true })
    try {
      await fill(fresh, seedDirectory)
      await mkdir(path.dirname(repository), { recursive: true })
      await rename(fresh, repository)
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  }
  return git(['--git-dir', repository, 'rev-parse', 'refs/heads/main'])
}

async function fill(repository: string, seedDirectory: string): Promise<void> {
  await git(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', repository])
  await git(['--git-dir', repository, 'config', 'http.receivepack', 'true'])
  await git(['--git-dir', repository, 'config', 'uploadpack.allowFilter', 'true'])
  const index = { GIT_INDEX_FILE: path.join(repository, 'seed-index') }
  const seed = path.resolve(seedDirectory)
  await git(['-C', seed, '--git-dir', repository, '--work-tree', seed, 'add', '--all', '.'], index)
  const tree = await git(['--git-dir', repository, 'write-tree'], index)
  await rm(index.GIT_INDEX_FILE)
  const commit = await git(['--git-dir', repository, 'commit-tree', '-m', 'Initial commit', tree], AUTHOR)
  await git(['--git-dir', repository, 'update-ref', 'refs/heads/main', commit])
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

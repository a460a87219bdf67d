import type { DiffFile, SandboxEvent } from '#schema/contracts/session-events'
import { git, gitOutput, type GitNeeds } from './git.ts'
import type { WorkingRepository } from './repository.ts'
import { type WorkingTree, withWorkingTree } from './working-tree.ts'

type DiffUpdated = Extract<SandboxEvent, { type: 'diff.updated' }>

/** Limits of the contract (schema/contracts/session-events.ts). */
const MAX_PATCH_BYTES = 256 * 1024
const MAX_FILES = 500
const STATUS: Record<string, DiffFile['status']> = { A: 'added', D: 'deleted', R: 'renamed', C: 'added' }

/**
 * Everything that changed since the clone, committed or not, untracked files included. Bounded in files and in bytes.
 */
export async function readDiff(
  needs: GitNeeds & { state: string },
  repositories: WorkingRepository[],
): Promise<DiffUpdated> {
  const diff: DiffUpdated = { type: 'diff.updated', files: [], patch: '', truncated: false }
  for (const repository of repositories) {
    const part = await withWorkingTree(needs, repository, (tree) => readPart(needs, repository, tree))
    diff.files.push(...part.files)
    const room = MAX_PATCH_BYTES - Buffer.byteLength(diff.patch)
    diff.truncated ||= part.truncated || Buffer.byteLength(part.patch) > room
    diff.patch += cutAtLine(part.patch, room)
  }
  diff.truncated ||= diff.files.length > MAX_FILES
  diff.files = diff.files.slice(0, MAX_FILES)
  return diff
}

async function readPart(needs: GitNeeds, repository: WorkingRepository, tree: WorkingTree) {
  const prefix = repository.workspacePath === '.' ? '' : `${repository.workspacePath}/`
  const range = [repository.baseSha, tree.workTree]
  const options = { cwd: repository.folder, env: tree.env }
  const plain = ['diff-tree', '-r', '-M', '--no-ext-diff', '--no-textconv']
  const names = await git(needs, [...plain, '-z', '--name-status', ...range], options)
  const counts = await git(needs, [...plain, '-z', '--numstat', ...range], options)
  const { stdout, truncated } = await gitOutput(
    needs,
    [...plain, '-p', `--src-prefix=a/${prefix}`, `--dst-prefix=b/${prefix}`, ...range],
    { ...options, maxOutputBytes: MAX_PATCH_BYTES },
  )
  const patch = stdout.toString('utf8')
  return { files: readFiles(names, counts, prefix), patch: truncated ? upToLine(patch) : patch, truncated }
}

function readFiles(names: string, counts: string, prefix: string): DiffFile[] {
  const lines = readCounts(counts)
  const fields = names.split('\0')
  const files: DiffFile[] = []
  for (let index = 0; index + 1 < fields.length; index += 1) {
    const letter = fields[index]?.[0] ?? ''
    index += letter === 'R' || letter === 'C' ? 2 : 1
    const path = fields[index] ?? ''
    const { additions = 0, deletions = 0 } = lines.get(path) ?? {}
    files.push({ path: prefix + path, status: STATUS[letter] ?? 'modified', additions, deletions })
  }
  return files
}

/**
 * `--numstat -z`: "added TAB deleted TAB path NUL", or for a rename "added TAB deleted TAB NUL old NUL new NUL"; "-"
 * for binary.
 */
function readCounts(counts: string): Map<string, { additions: number; deletions: number }> {
  const lines = new Map<string, { additions: number; deletions: number }>()
  const fields = counts.split('\0')
  for (let index = 0; index < fields.length; index += 1) {
    const [added, deleted, name] = (fields[index] ?? '').split('\t')
    if (added === undefined || deleted === undefined) continue
    if (name === '') index += 2
    const path = name === '' ? fields[index] : name
    lines.set(path ?? '', { additions: Number.parseInt(added, 10) || 0, deletions: Number.parseInt(deleted, 10) || 0 })
  }
  return lines
}

function cutAtLine(patch: string, maxBytes: number): string {
  if (Buffer.byteLength(patch) <= maxBytes) return patch
  return upToLine(Buffer.from(patch).subarray(0, Math.max(0, maxBytes)).toString('utf8'))
}

const upToLine = (text: string) => text.slice(0, text.lastIndexOf('\n') + 1)

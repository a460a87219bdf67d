import { execFile } from 'node:child_process'
import { chown, lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * The user "nobody" of every common Linux. PostgreSQL looks its own user up by name, so a made-up number would not
 * do.
 */
const NOBODY = 65534

/**
 * How PostgreSQL's programs are started so that they do not run as root, which they refuse.
 * - `direct`: we are not root.
 * - `namespace`: root outside, "nobody" in a user namespace of its own. Works with files under /root, needs no chown.
 * - `nobody`: really "nobody", where user namespaces are forbidden. The folders above the data and the programs must be
 *   world-traversable then.
 */
export type PostgresAccount = 'direct' | 'namespace' | 'nobody'

export async function choosePostgresAccount(): Promise<PostgresAccount> {
  if (process.getuid?.() !== 0) return 'direct'
  const [command, ...args] = asAccount('namespace', 'true', [])
  return run(command, args, { timeout: 5_000 }).then(
    () => 'namespace' as const,
    () => 'nobody' as const,
  )
}

/** The command line that runs a program under the account. */
export function asAccount(account: PostgresAccount, command: string, args: string[]): [string, ...string[]] {
  if (account !== 'namespace') return [command, ...args]
  return ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--', command, ...args]
}

/** What `spawn` needs in addition: Node also drops root's supplementary groups when it is given a uid. */
export function spawnIdentity(account: PostgresAccount): { uid?: number; gid?: number } {
  return account === 'nobody' ? { uid: NOBODY, gid: NOBODY } : {}
}

/**
 * Hands a folder and everything in it to the account, as far as it is not its own already. Only root ever needs
 * that.
 */
export async function giveFolderTo(account: PostgresAccount, folder: string): Promise<void> {
  if (account === 'direct') return
  const owner = account === 'nobody' ? NOBODY : 0
  if ((await lstat(folder)).uid === owner) return
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chown(path.join(entry.parentPath, entry.name), owner, owner)
  }
  // The folder itself last: its owner says whether the work was finished.
  await chown(folder, owner, owner)
}

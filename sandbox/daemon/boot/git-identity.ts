import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { BootBundle } from '#schema/contracts/boot-bundle'
import type { Settings } from '../environment.ts'

const HELPER_PROGRAM = path.join(import.meta.dirname, 'credential-helper.ts')

/**
 * Writes the git settings of the sandbox, used by the daemon and by the agent alike: who commits, and a credential
 * helper that asks the platform each time. So there is no credential in a URL, in a configuration or in an
 * environment.
 */
export async function writeGitIdentity(
  { places }: Pick<Settings, 'places'>,
  identity: BootBundle['git'],
): Promise<void> {
  await mkdir(places.home, { recursive: true })
  const helper = path.join(places.agent, 'git-credential')
  await mkdir(places.agent, { recursive: true })
  const runtime = path.join(places.agent, 'runtime.json')
  await writeFile(
    helper,
    `#!/bin/sh\nexec ${[process.execPath, HELPER_PROGRAM, runtime].map(shellQuote).join(' ')} "$@"\n`,
  )
  await chmod(helper, 0o700)
  const lines = [
    '[user]',
    `\tname = ${gitQuote(identity.userName)}`,
    `\temail = ${gitQuote(identity.userEmail)}`,
    '[credential]',
    '\thelper =',
    `\thelper = ${gitQuote(`!${shellQuote(helper)}`)}`,
    // The platform decides by the whole URL: without this git asks for the host alone.
    '\tuseHttpPath = true',
    '[init]',
    '\tdefaultBranch = main',
    '[advice]',
    '\tdetachedHead = false',
    '',
  ]
  await writeFile(path.join(places.home, '.gitconfig'), lines.join('\n'))
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function gitQuote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', ' ')}"`
}

import { lastWords, runCommand } from '../../process/run-command.ts'
import type { GitNeeds } from '../git/git.ts'

/** Decision D13. */
const DEADLINE_MS = 15 * 60_000

/**
 * Runs the configuration's setup commands one after another in a shell in the workspace. Throws at the first that
 * fails, with its number, the command and the end of its output.
 */
export async function runSetupCommands(
  needs: GitNeeds & { workspace: string },
  commands: string[],
  progress: (line: string) => void,
): Promise<void> {
  for (const [index, command] of commands.entries()) {
    progress(`$ ${command}`)
    const { code, stdout, stderr, cutOff } = await runCommand('/bin/sh', ['-c', command], {
      cwd: needs.workspace,
      env: needs.environment,
      deadlineMs: DEADLINE_MS,
      abort: needs.ending,
      onLine: progress,
    })
    if (code === 0 && cutOff === null) continue
    const words = lastWords(`${stdout.toString('utf8').slice(-4_000)}\n${stderr}`, 1_200)
    throw new Error(`Setup command ${index + 1} (${command}) ${cutOff ?? `ended with code ${code}`}:\n${words}`)
  }
}

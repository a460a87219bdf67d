import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const DEADLINE_MS = 60_000

/**
 * The environment of every git process here: no settings of the machine or the user, no questions on the terminal, and
 * repositories are served whoever owns their folder.
 */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    LC_ALL: 'C',
  }
}

/** Runs git and returns its trimmed output. A failure throws with git's own words. */
export async function git(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { ...gitEnvironment(), ...environment }
  try {
    const { stdout } = await run('git', args, { env, timeout: DEADLINE_MS, maxBuffer: 64 * 1024 * 1024 })
    return stdout.trim()
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    throw new Error(`git ${args.join(' ')} failed: ${stderr?.trim() || message}`, { cause: error })
  }
}

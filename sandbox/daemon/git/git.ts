import { lastWords, runCommand } from '../../process/run-command.ts'

/**
 * Where git runs, and as whom: the environment names the sandbox's own HOME, whose .gitconfig has identity and
 * helper.
 */
export interface GitNeeds {
  environment: NodeJS.ProcessEnv
  /** The sandbox ends: what runs is killed and nothing more is started. */
  ending?: AbortSignal | undefined
}

export interface GitOptions {
  cwd: string
  deadlineMs?: number
  silenceMs?: number
  env?: NodeJS.ProcessEnv
  maxOutputBytes?: number
  onLine?: (line: string) => void
}

const DEADLINE_MS = 60_000

/** A git command that failed, with git's own words. */
export class GitFailed extends Error {
  readonly words: string

  constructor(args: string[], words: string) {
    super(`git ${args[0] === '-c' ? args[2] : args[0]} failed: ${words}`)
    this.name = 'GitFailed'
    this.words = words
  }
}

/** Runs git and returns its raw output. Throws `GitFailed`. */
export async function gitOutput(needs: GitNeeds, args: string[], options: GitOptions) {
  const { code, stdout, stderr, cutOff, truncated } = await runCommand('git', args, {
    cwd: options.cwd,
    // English words, because some of them are looked for (publish.ts, clone.ts).
    env: { ...needs.environment, LC_ALL: 'C.UTF-8', GIT_OPTIONAL_LOCKS: '0', ...options.env },
    deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    abort: needs.ending,
    ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
    ...(options.maxOutputBytes === undefined ? {} : { maxOutputBytes: options.maxOutputBytes }),
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  })
  if (truncated) return { stdout, truncated }
  if (code !== 0) throw new GitFailed(args, cutOff ?? (lastWords(stderr) || `exit code ${code}`))
  return { stdout, truncated }
}

/** Runs git and returns its trimmed output as text. Throws `GitFailed`. */
export async function git(needs: GitNeeds, args: string[], options: GitOptions): Promise<string> {
  const { stdout } = await gitOutput(needs, args, options)
  return stdout.toString('utf8').trim()
}

/** Whether a git command that asks a question says yes. */
export async function gitSays(needs: GitNeeds, args: string[], options: GitOptions): Promise<boolean> {
  return git(needs, args, options).then(
    () => true,
    (error: unknown) => {
      if (error instanceof GitFailed) return false
      throw error
    },
  )
}

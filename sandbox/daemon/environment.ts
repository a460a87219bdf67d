import path from 'node:path'
import { z } from 'zod'
import { SANDBOX_MARK } from '../process/marked-processes.ts'

/** What whoever starts a daemon must tell it; everything else is in the boot bundle. */
const Environment = z.object({
  PLATFORM_URL: z.url(),
  SANDBOX_TOKEN: z.string().min(1),
  SESSION_ID: z.uuid(),
  /** A folder of its own, empty or new; everything the sandbox writes is below it. */
  SANDBOX_DIRECTORY: z.string().min(1),
  /** `1`: standard input is a pipe held by the sandbox host; when it ends, the host is gone and so is the sandbox. */
  SANDBOX_TIED: z.enum(['0', '1']).default('0'),
  /** The trace this sandbox belongs to (W3C Trace Context); what is asked of the platform carries it. */
  TRACEPARENT: z.string().max(200).optional(),
  /** The OpenCode program, where it is not the one of the npm package. */
  OPENCODE_BINARY: z.string().optional(),
})

export interface Settings {
  platformUrl: string
  token: string
  sessionId: string
  tied: boolean
  traceparent: string | undefined
  opencodeBinary: string | undefined
  places: Places
  /** Where the agent's shell finds programs; our Node comes first. */
  path: string
}

/** The folders of one sandbox. */
export interface Places {
  root: string
  /** The agent's working directory: the repository, or one folder for each of several. */
  workspace: string
  /** HOME of the agent and of git. */
  home: string
  /** OpenCode's configuration, our tools, and `runtime.json`. */
  agent: string
  /** What the daemon itself keeps: journal, checkpoints in the making. */
  state: string
  temporary: string
}

/** Reads the environment; throws a readable error that names every missing or bad variable, never a value. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = Environment.safeParse(environment)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The daemon's environment is not usable: ${problems.join('; ')}`)
  }
  const root = path.resolve(parsed.data.SANDBOX_DIRECTORY)
  return {
    platformUrl: parsed.data.PLATFORM_URL.replace(/\/+$/, ''),
    token: parsed.data.SANDBOX_TOKEN,
    sessionId: parsed.data.SESSION_ID,
    tied: parsed.data.SANDBOX_TIED === '1',
    traceparent: parsed.data.TRACEPARENT,
    opencodeBinary: parsed.data.OPENCODE_BINARY,
    places: {
      root,
      workspace: path.join(root, 'workspace'),
      home: path.join(root, 'home'),
      agent: path.join(root, 'agent'),
      state: path.join(root, 'state'),
      temporary: path.join(root, 'tmp'),
    },
    path: [path.dirname(process.execPath), ...programFolders(environment['PATH'])].join(path.delimiter),
  }
}

/**
 * Without the folders npm puts before them when the host is started by an npm script: those are this project's
 * programs.
 */
function programFolders(text = '/usr/local/bin:/usr/bin:/bin'): string[] {
  return text
    .split(path.delimiter)
    .filter((folder) => folder !== '' && !/node_modules\/\.bin$|node-gyp-bin$/.test(folder))
}

/**
 * The whole environment of everything the agent or a setup command runs: an allow-list, so that neither the sandbox
 * token nor anything of the machine is in it.
 */
export function shellEnvironment({
  places,
  path: programs,
}: Pick<Settings, 'places' | 'path'>): Record<string, string> {
  return {
    PATH: programs,
    HOME: places.home,
    TMPDIR: places.temporary,
    LANG: 'C.UTF-8',
    XDG_DATA_HOME: path.join(places.home, '.local/share'),
    XDG_CONFIG_HOME: path.join(places.home, '.config'),
    XDG_STATE_HOME: path.join(places.home, '.local/state'),
    XDG_CACHE_HOME: path.join(places.home, '.cache'),
    GIT_TERMINAL_PROMPT: '0',
    // The machine's own git settings may name credential helpers that hold somebody's keys.
    GIT_CONFIG_NOSYSTEM: '1',
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    ...sandboxMark(),
  }
}

function sandboxMark(): Record<string, string> {
  const id = process.env[SANDBOX_MARK]
  return id === undefined ? {} : { [SANDBOX_MARK]: id }
}

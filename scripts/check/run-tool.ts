import { spawn } from 'node:child_process'

/** What a check found. */
export interface Finding {
  ok: boolean
  /** For people: what the tools printed, both streams in order of arrival. */
  output: string
}

export interface ToolResult extends Finding {
  /** Its standard output alone, for programs. */
  stdout: string
}

/** No check may hang a build; the slowest takes about half a minute on two cores. */
const TOOL_DEADLINE_MS = 5 * 60_000

/** The smallest environment a tool needs, so that a variable of the caller cannot change a verdict. */
function toolEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, NO_COLOR: '1' }
}

/**
 * Runs a JavaScript tool on the Node that runs us and gathers what it prints.
 *
 * @param script path of the tool's entry file, relative to `root` or absolute
 * @param args its arguments
 * @param root the working directory
 */
export function runTool(script: string, args: string[], root: string): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: toolEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TOOL_DEADLINE_MS,
    })
    let output = ''
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', (error) => resolve({ ok: false, output: `${output}${error.message}`, stdout }))
    child.on('close', (code, signal) => {
      const ending = signal === null ? '' : `\nstopped by ${signal} (deadline ${TOOL_DEADLINE_MS / 1000} s)`
      resolve({ ok: code === 0, output: `${output}${ending}`, stdout })
    })
  })
}

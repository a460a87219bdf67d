import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { signal } from './marked-processes.ts'

export interface CommandOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  deadlineMs: number
  /** Cuts the command off when neither output nor error stream says anything for so long. */
  silenceMs?: number
  /** Output beyond this is not kept, and the command is ended: whoever asked has enough. */
  maxOutputBytes?: number
  input?: string
  /** Told each line of both streams, as it comes; a carriage return ends a line too (progress meters). */
  onLine?: (line: string) => void
  /** Ends the command early; one that is aborted already starts nothing. */
  abort?: AbortSignal | undefined
}

export interface CommandOutcome {
  /** Null when it was ended by a signal. */
  code: number | null
  stdout: Buffer
  /** The end of the error stream. */
  stderr: string
  /** Why it was ended by us, in words; null when it ended by itself. */
  cutOff: string | null
  /** True when `maxOutputBytes` was reached: `stdout` is then its beginning. */
  truncated: boolean
}

const DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const KEPT_ERROR_CHARACTERS = 8_000
const CANCELED = 'it was canceled'

/**
 * Runs a program to its end in a process group of its own, which is killed as a whole when a limit is passed. Never
 * throws for what the program does; throws when it cannot be started.
 */
export async function runCommand(program: string, args: string[], options: CommandOptions): Promise<CommandOutcome> {
  if (options.abort?.aborted) {
    return { code: null, stdout: Buffer.alloc(0), stderr: '', cutOff: CANCELED, truncated: false }
  }
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  await once(child, 'spawn')
  const state = { cutOff: null as string | null, truncated: false }
  const cut = (reason: string) => {
    state.cutOff ??= reason
    if (child.pid !== undefined) signal(-child.pid, 'SIGKILL')
  }
  const stopWatching = watchLimits(options, cut)
  child.stdin?.on('error', () => undefined) // it may have read enough and ended
  child.stdin?.end(options.input)
  const outputs = collectOutputs(child, options, {
    heard: stopWatching.heard,
    full: () => {
      state.truncated = true
      if (child.pid !== undefined) signal(-child.pid, 'SIGKILL')
    },
  })
  const [code] = (await once(child, 'close')) as [number | null]
  stopWatching.stop()
  return { code, ...outputs(), ...state }
}

function watchLimits(options: CommandOptions, cut: (reason: string) => void) {
  const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`
  const deadline = setTimeout(() => cut(`it took longer than ${seconds(options.deadlineMs)}`), options.deadlineMs)
  const { silenceMs, abort } = options
  const silence = silenceMs && setTimeout(() => cut(`it said nothing for ${seconds(silenceMs)}`), silenceMs)
  const onAbort = () => cut(CANCELED)
  abort?.addEventListener('abort', onAbort)
  if (abort?.aborted) onAbort()
  return {
    heard: () => void (silence && silence.refresh()),
    stop: () => {
      clearTimeout(deadline)
      if (silence) clearTimeout(silence)
      abort?.removeEventListener('abort', onAbort)
    },
  }
}

function collectOutputs(child: ChildProcess, options: CommandOptions, told: { heard: () => void; full: () => void }) {
  const limit = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES
  const stdout: Buffer[] = []
  let size = 0
  let stderr = ''
  const outLines = lineReader(options.onLine)
  const errorLines = lineReader(options.onLine)
  child.stdout?.on('data', (chunk: Buffer) => {
    told.heard()
    outLines(chunk)
    if (size < limit) stdout.push(chunk.subarray(0, limit - size))
    size += chunk.length
    if (size > limit) told.full()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    told.heard()
    errorLines(chunk)
    stderr = (stderr + chunk.toString('utf8')).slice(-KEPT_ERROR_CHARACTERS)
  })
  return () => ({ stdout: Buffer.concat(stdout), stderr })
}

function lineReader(onLine: ((line: string) => void) | undefined): (chunk: Buffer) => void {
  if (!onLine) return () => undefined
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk.toString('utf8')).split(/[\r\n]+/)
    rest = (lines.pop() ?? '').slice(-2_000)
    for (const line of lines) if (line.trim() !== '') onLine(line)
  }
}

/** The last lines of what a command said, for a message to a person. */
export function lastWords(text: string, maxCharacters = 1_500): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  return lines.join('\n').slice(-maxCharacters).trim()
}

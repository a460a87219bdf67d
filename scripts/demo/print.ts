import { stripVTControlCharacters, styleText } from 'node:util'
import type { SessionEvent } from '#schema/contracts/session-events'
import type { StageTime } from './stages.ts'

const WIDTH = 100

export const heading = (text: string) => console.log(`\n${styleText('bold', text)}`)
export const step = (text: string) => console.log(`  ${styleText('green', '✓')} ${text}`)
export const detail = (text: string) => console.log(`    ${styleText('dim', text)}`)

/** One line, cut to the width of a terminal. */
export function oneLine(text: string): string {
  const line = stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').trim()
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line
}

/** Says what an event is, in a line or a few; null for events that say nothing to a reader. */
export function describeEvent({ event }: SessionEvent): string | null {
  switch (event.type) {
    case 'boot.stage':
      if (event.state !== 'finished') return null
      return `boot: ${event.stage}${event.durationMs === null ? '' : ` (${seconds(event.durationMs)})`}`
    case 'text.completed':
      return `agent: ${oneLine(event.text)}`
    case 'tool.started':
      return `tool:  ${event.tool} ${oneLine(JSON.stringify(event.input))}`
    case 'tool.finished':
      return `       ${event.tool} ${event.status}: ${oneLine(tellingLine(event.output))}`
    case 'branch.pushed':
      return `pushed ${event.branch} at ${event.commitSha.slice(0, 10)}`
    case 'run.completed':
      return `run completed: ${event.outcome}`
    case 'session.status':
      return `session is ${event.status}${event.reason ? ` (${oneLine(event.reason)})` : ''}`
    case 'agent.error':
    case 'session.error':
      return `error: ${oneLine(event.message)}`
    default:
      return null
  }
}

/** The line of an output that says most: how many tests failed, else the last one with a word in it. */
function tellingLine(output: string): string {
  const lines = output.split('\n')
  const tests = lines.filter((line) => /^(#|ℹ) (pass|fail) \d+/.test(line)).map((line) => line.slice(2))
  return tests.length > 0 ? tests.join(', ') : (lines.findLast((line) => /\w/.test(line) && !line.startsWith('<')) ?? '')
}

export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`

/** The table of stages with their shares. */
export function printStages(times: StageTime[]) {
  const longest = Math.max(...times.map((time) => time.stage.length))
  const total = times.reduce((sum, time) => sum + time.durationMs, 0)
  for (const time of times) {
    const bar = '█'.repeat(Math.max(1, Math.round((time.durationMs / total) * 30)))
    console.log(`  ${time.stage.padEnd(longest)}  ${seconds(time.durationMs).padStart(8)}  ${styleText('dim', bar)}`)
  }
  console.log(`  ${'total'.padEnd(longest)}  ${seconds(total).padStart(8)}`)
}

/** A unified diff in the colours people know. */
export function printDiff(patch: string) {
  for (const line of patch.split('\n')) {
    if (line.startsWith('+') && !line.startsWith('+++')) console.log(styleText('green', line))
    else if (line.startsWith('-') && !line.startsWith('---')) console.log(styleText('red', line))
    else console.log(styleText('dim', line))
  }
}

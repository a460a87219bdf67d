import { clipped } from '../../ui/format.ts'

export interface ToolLabel {
  /** What stands before the text: a prompt for commands, else the tool's verb. */
  verb: string
  text: string
}

const LONGEST = 200

/** Where a tool's input says what it acts on, by the names agents' tools use. */
const SUBJECTS: readonly (readonly [field: string, isPath: boolean])[] = [
  ['filePath', true],
  ['file_path', true],
  ['path', true],
  ['pattern', false],
  ['query', false],
  ['url', false],
  ['description', false],
]

/** A tool call in one line: `>_ npm test`, `read src/slugify.ts`, else the tool's title. */
export function labelTool(call: { tool: string; title: string | null; input: Record<string, unknown> }): ToolLabel {
  const command = textOf(call.input['command'])
  if (command !== null) return { verb: '>_', text: clipped(firstLine(command), LONGEST) }
  for (const [field, isPath] of SUBJECTS) {
    const subject = textOf(call.input[field])
    if (subject !== null) return { verb: call.tool, text: clipped(isPath ? inWorkspace(subject) : subject, LONGEST) }
  }
  return { verb: call.tool, text: clipped(firstLine(call.title ?? ''), LONGEST) }
}

/** What went into a tool call, line by line; null when that was nothing. */
export function inputText(input: Record<string, unknown>): string | null {
  const command = textOf(input['command'])
  if (command !== null) return command
  const lines = Object.entries(input).map(([name, value]) => {
    return `${name}: ${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}`
  })
  return lines.length === 0 ? null : lines.join('\n')
}

/** The part of a path that tells something: agents run in a folder whose own place is noise. */
function inWorkspace(path: string): string {
  return path.replace(/^.*\/workspace\//, '')
}

function firstLine(text: string): string {
  const [first = '', ...more] = text.trim().split('\n')
  return more.length > 0 ? `${first} …` : first
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

const toolCall = z.strictObject({
  /** The tool's name as the agent offers it: `bash`, `write`, `automation_complete`. */
  name: z.string().min(1),
  args: z.record(z.string(), z.unknown()).default({}),
})

const step = z.strictObject({
  text: z.string().optional(),
  /** Pause between the pieces of the text when it is streamed. */
  slowMs: z.number().int().min(0).max(10_000).default(0),
  tools: z.array(toolCall).default([]),
})

const script = z.strictObject({
  /** Chosen by `[[script:<name>]]` in a prompt. */
  name: z.string().regex(/^[\w-]+$/),
  /** A regular expression, tested without regard to case against the last user text. */
  when: z.string().refine(isRegularExpression, 'is not a regular expression').optional(),
  steps: z.array(step).min(1),
})

/** What the model answers, step by step: one step per answer it has given since the last user message. */
export type Script = z.output<typeof script>
export type ScriptStep = Script['steps'][number]

/** Answers every prompt no other script wants. */
export const DEFAULT_SCRIPT = 'default'

/**
 * Reads every `*.json` of a folder, in the order of the file names. Throws one error that names every file with a
 * problem; a script called `default` must be there, and no name twice.
 */
export async function readScripts(directory: string): Promise<Script[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.json')).sort()
  const scripts: Script[] = []
  const isTaken = (name: string) => scripts.some((other) => other.name === name)
  const problems: string[] = []
  for (const file of files) {
    const parsed = script.safeParse(parseJson(await readFile(path.join(directory, file), 'utf8')))
    if (!parsed.success) problems.push(`${file}:\n${z.prettifyError(parsed.error)}`)
    else if (isTaken(parsed.data.name)) problems.push(`${file}: "${parsed.data.name}" is taken`)
    else scripts.push(parsed.data)
  }
  if (!isTaken(DEFAULT_SCRIPT)) problems.push(`no script is called "${DEFAULT_SCRIPT}"`)
  if (problems.length > 0) throw new Error(`The model scripts in ${directory} are not usable:\n${problems.join('\n')}`)
  return scripts
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return `not JSON: ${(error as Error).message}`
  }
}

function isRegularExpression(source: string): boolean {
  try {
    return Boolean(new RegExp(source))
  } catch {
    return false
  }
}

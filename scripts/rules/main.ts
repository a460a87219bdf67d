import { createInterface } from 'node:readline'
import { z } from 'zod'
import { Refused, type Rule } from './rule.ts'
import { rules } from './rules.ts'

const USAGE = `npm run -s rules -- <rule> [--schema]

Reads one JSON object per line and prints one line of JSON for each: the decision and its reason.
--schema prints the JSON Schema of a line instead. docs/rules.md has examples.

Rules: ${[...rules.keys()].join(', ')}
`

// Whoever reads may have had enough, as `head` has after its lines.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

const [name, ...flags] = process.argv.slice(2)
const rule = rules.get(name ?? '')
if (name === undefined || [name, ...flags].some((word) => word === '--help' || word === '-h')) process.stdout.write(USAGE)
else if (!rule || flags.some((flag) => flag !== '--schema')) refuseArguments()
else if (flags.length > 0) print(z.toJSONSchema(rule.input, { io: 'input' }))
else process.exitCode = (await answer(rule)) ? 0 : 1

function refuseArguments(): void {
  process.stderr.write(`${rule ? `unknown option: ${flags.join(' ')}` : `unknown rule: ${name ?? ''}`}\n\n${USAGE}`)
  process.exitCode = 2
}

/** Whether every line was decided. */
async function answer(asked: Rule): Promise<boolean> {
  let allDecided = true
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const { decided, said } = await decide(asked, line)
    allDecided &&= decided
    print(said)
  }
  return allDecided
}

async function decide(asked: Rule, line: string): Promise<{ decided: boolean; said: object }> {
  try {
    return { decided: true, said: await asked.decide(parse(line)) }
  } catch (error) {
    if (error instanceof Refused) return { decided: false, said: { error: { code: 'invalid', issues: error.issues } } }
    const message = error instanceof Error ? error.message : String(error)
    return { decided: false, said: { error: { code: 'internal', issues: [{ path: '', message }] } } }
  }
}

function parse(line: string): unknown {
  try {
    // Some editors and shells begin a file with a byte order mark, which is no JSON.
    return JSON.parse(line.replace(/^\uFEFF/, ''))
  } catch {
    throw new Refused([{ path: '', message: 'is not JSON' }])
  }
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

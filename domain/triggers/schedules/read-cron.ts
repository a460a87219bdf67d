import { Cron } from 'croner'
import type { FieldIssue } from '#domain/integrations'

const FIELDS = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12 },
  { name: 'day of week', min: 0, max: 7 },
]

/** What stands for a whole expression; `@reboot` and the like have no meaning here. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
])

const WORD = '(?:\\d{1,2}|[A-Za-z]{3})'
const ITEM = `(?:\\*|${WORD}(?:-${WORD})?)(?:/\\d{1,2})?`
const FIELD = new RegExp(`^${ITEM}(?:,${ITEM})*$`)

/** A read expression: asked for local times, it knows nothing of zones. */
export interface CronTimes {
  /** The next local time strictly after the given one, both as if they were UTC; null when there is none. */
  after(local: Date): Date | null
}

/**
 * Reads a classic cron expression: five fields with numbers, names (MON, JAN), ranges, lists and steps, or an alias
 * such as `@daily`. When day of month and day of week are both restricted, either is enough.
 */
export function readCron(text: string): { ok: true; times: CronTimes } | { ok: false; issues: FieldIssue[] } {
  const given = text.trim()
  const expression = ALIASES.get(given.toLowerCase()) ?? given
  const problem = problemOf(expression)
  if (problem !== null) return refused(problem)
  try {
    // Local times are stepped through as UTC, where no hour is ever skipped or repeated.
    const cron = new Cron(expression.toUpperCase(), { mode: '5-part', utcOffset: 0, paused: true })
    return { ok: true, times: { after: (local) => cron.nextRun(local) } }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'cannot be read'
    return refused(why.replace(/^CronPattern: (?:Syntax error, )?/, ''))
  }
}

const refused = (message: string) => ({ ok: false as const, issues: [{ path: 'cronExpression', message }] })

function problemOf(expression: string): string | null {
  if (expression.startsWith('@')) return `there is no ${expression}; there are ${[...ALIASES.keys()].join(', ')}`
  const fields = expression.split(/\s+/).filter((field) => field !== '')
  if (fields.length === FIELDS.length + 1) return 'has six fields; seconds are not supported, leave the first one out'
  if (fields.length !== FIELDS.length) {
    return `has ${fields.length} instead of five fields: ${FIELDS.map(({ name }) => name).join(', ')}`
  }
  const problems = FIELDS.map((field, index) => fieldProblem(field, fields[index] ?? ''))
  return problems.find((problem) => problem !== null) ?? null
}

function fieldProblem({ name, min, max }: (typeof FIELDS)[number], text: string): string | null {
  if (!FIELD.test(text)) return `${name}: ${text} is none of a number, a name, a range, a list or a step`
  const values = text.replaceAll(/\/\d+/g, '').match(/\d+/g) ?? []
  const wrong = values.find((value) => Number(value) < min || Number(value) > max)
  return wrong === undefined ? null : `${name}: ${wrong} is not between ${min} and ${max}`
}

import type { AuditEntry } from '#schema/contracts/audit'

type Cell = string | null

const COLUMNS: [string, (entry: AuditEntry) => Cell][] = [
  ['id', (entry) => entry.id],
  ['at', (entry) => entry.at],
  ['actorKind', (entry) => entry.actor.kind],
  ['actorId', (entry) => entry.actor.id],
  ['actorName', (entry) => entry.actor.name],
  ['apiKeyId', (entry) => entry.actor.apiKeyId],
  ['impersonatedBy', (entry) => entry.actor.impersonatedBy],
  ['verb', (entry) => entry.verb],
  ['subjectKind', (entry) => entry.subject.kind],
  ['subjectId', (entry) => entry.subject.id],
  ['subjectLabel', (entry) => entry.subject.label],
  ['ip', (entry) => entry.ip],
  ['userAgent', (entry) => entry.userAgent],
  ['requestId', (entry) => entry.requestId],
  ['traceId', (entry) => entry.traceId],
  ['before', (entry) => jsonOf(entry.before)],
  ['after', (entry) => jsonOf(entry.after)],
]

/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection), full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/** The first line, RFC 4180. */
export const csvHead = (): string => lineOf(COLUMNS.map(([name]) => name))

/** One entry as a line; no cell of it can act as a formula. */
export const csvLine = (entry: AuditEntry): string => lineOf(COLUMNS.map(([, cellOf]) => cellOf(entry)))

const lineOf = (cells: Cell[]): string => `${cells.map(quoted).join(',')}\r\n`

/** An apostrophe in front makes a spreadsheet show a cell as text. */
function quoted(cell: Cell): string {
  if (cell === null) return ''
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return `"${safe.replaceAll('"', '""')}"`
}

const jsonOf = (state: Record<string, unknown> | null): Cell => (state === null ? null : JSON.stringify(state))

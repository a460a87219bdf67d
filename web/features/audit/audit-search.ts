import { z } from 'zod'
import { AuditFilter } from '#schema/contracts/audit'

const DAY_MS = 86_400_000
const Day = z.iso.date()

/** The filter in the page's address; days are whole days where the reader is. What is no filter is ignored. */
export const AuditSearch = z.object({
  actor: AuditFilter.shape.actor.catch(undefined),
  verb: AuditFilter.shape.verb.catch(undefined),
  subject: AuditFilter.shape.subject.catch(undefined),
  from: Day.optional().catch(undefined),
  to: Day.optional().catch(undefined),
})
export type AuditSearch = z.infer<typeof AuditSearch>

/** The same for the API: from the first instant of `from`, up to the end of `to`. */
export function filterOf({ actor, verb, subject, from, to }: AuditSearch): AuditFilter {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(verb === undefined ? {} : { verb }),
    ...(subject === undefined ? {} : { subject }),
    ...(from === undefined ? {} : { from: midnightOf(from).toISOString() }),
    ...(to === undefined ? {} : { to: nextMidnightOf(to).toISOString() }),
  }
}

export function isFiltered(search: AuditSearch): boolean {
  return Object.values(search).some((value) => value !== undefined)
}

/** Without a zone the text is read as local time. */
const midnightOf = (day: string) => new Date(`${day}T00:00:00`)

/** A day may have 23 or 25 hours. */
function nextMidnightOf(day: string): Date {
  const noonOfNext = new Date(midnightOf(day).getTime() + 1.5 * DAY_MS)
  noonOfNext.setHours(0, 0, 0, 0)
  return noonOfNext
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A duration in the two units that matter: `840 ms`, `6.2 s`, `3 min 12 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)} s`
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ${Math.floor((ms % MINUTE_MS) / SECOND_MS)} s`
  return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`
}

/** How long ago, for lists: `now`, `40 s ago`, `5 min ago`, `3 h ago`, `2 d ago`, then the date. */
export function formatAge(at: string, now: number): string {
  const age = now - Date.parse(at)
  if (age < 5 * SECOND_MS) return 'now'
  if (age < MINUTE_MS) return `${Math.floor(age / SECOND_MS)} s ago`
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min ago`
  if (age < DAY_MS) return `${Math.floor(age / HOUR_MS)} h ago`
  if (age < 14 * DAY_MS) return `${Math.floor(age / DAY_MS)} d ago`
  return new Date(at).toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' })
}

/** How long until then, coarsely: `40 s left`, `5 min left`, `3 h left`, `6 d left`; null when it is over. */
export function formatUntil(at: string, now: number): string | null {
  const left = Date.parse(at) - now
  if (left <= 0) return null
  if (left < MINUTE_MS) return `${Math.ceil(left / SECOND_MS)} s left`
  if (left < HOUR_MS) return `${Math.floor(left / MINUTE_MS)} min left`
  if (left < DAY_MS) return `${Math.floor(left / HOUR_MS)} h left`
  return `${Math.floor(left / DAY_MS)} d left`
}

/** Fields one by one: a style of the date or the time as a whole takes no zone beside it. */
const MOMENT = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
} as const

/** A moment to the second in the reader's zone, which it names. */
export function formatMoment(at: string): string {
  return new Date(at).toLocaleString(undefined, MOMENT)
}

/** The clock time alone, for timelines within one day. */
export function formatClock(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { timeStyle: 'medium', hourCycle: 'h23' })
}

/** The end of an id, which is the part that differs between ids made at the same time. */
export function shortId(id: string): string {
  return id.slice(-8)
}

/** At most `length` characters, the cut shown. */
export function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

/** `1 run`, `3 runs`; `many` is the plural that is not made by an s. */
export function counted(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`
}

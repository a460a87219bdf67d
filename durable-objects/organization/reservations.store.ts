import { DAY_MS, MINUTE_MS } from '#kernel/durations'

/** How long a slot is held for a session that is still being made: longer than the lease of a run's step. */
const RESERVED_MS = 10 * MINUTE_MS
/**
 * How long a session holds its slot without a word. A working one says every minute that it is alive; one that never
 * boots, or whose last word got lost, lets go by itself.
 */
const HELD_MS = 30 * MINUTE_MS

type Row = { key: string; started_at: number; held_until: number }

export function migrateReservations(sql: SqlStorage): void {
  sql.exec(`create table if not exists reservations (
    key text primary key, session_id text unique, started_at integer not null, held_until integer not null)`)
  sql.exec('create index if not exists reservations_held on reservations (held_until)')
}

export interface Limits {
  concurrent: number
  perDay: number
}

export type Reservation = { ok: true } | { ok: false; reason: 'concurrent' | 'daily'; retryAfterMs: number }

/** Waiting for somebody to finish has no known length; a minute is how often a run asks. */
const ASK_AGAIN_MS = MINUTE_MS

/** Takes a slot for a key that has none yet; one synchronous turn, so that nobody can be between look and take. */
export function reserve(sql: SqlStorage, want: { key: string; nowMs: number; limits: Limits }): Reservation {
  const { key, nowMs, limits } = want
  sql.exec('delete from reservations where started_at <= ? and held_until <= ?', nowMs - DAY_MS, nowMs)
  const [known] = sql.exec<Row>('select key, started_at, held_until from reservations where key = ?', key).toArray()
  if (known && known.held_until > nowMs) return { ok: true }
  const held = countOf(sql, 'held_until > ?', nowMs)
  if (held >= limits.concurrent) return { ok: false, reason: 'concurrent', retryAfterMs: ASK_AGAIN_MS }
  if (!known && countOf(sql, 'started_at > ?', nowMs - DAY_MS) >= limits.perDay) {
    return { ok: false, reason: 'daily', retryAfterMs: untilNextDaily(sql, nowMs) }
  }
  sql.exec(
    `insert into reservations (key, started_at, held_until) values (?, ?, ?)
     on conflict (key) do update set held_until = excluded.held_until`,
    key,
    nowMs,
    nowMs + RESERVED_MS,
  )
  return { ok: true }
}

/**
 * Takes a slot for a session that was made before and wants to work again. It holds it for a while; its own word
 * prolongs that. To go on is no start, and does not count among those of the day.
 */
export function resume(sql: SqlStorage, want: { sessionId: string; nowMs: number; limits: Limits }): Reservation {
  const { sessionId, nowMs, limits } = want
  const holds = sql.exec('select 1 from reservations where session_id = ? and held_until > ?', sessionId, nowMs)
  const isHolder = holds.toArray().length > 0
  if (!isHolder && countOf(sql, 'held_until > ?', nowMs) >= limits.concurrent) {
    return { ok: false, reason: 'concurrent', retryAfterMs: ASK_AGAIN_MS }
  }
  note(sql, { sessionId, active: true, nowMs })
  return { ok: true }
}

function countOf(sql: SqlStorage, condition: 'held_until > ?' | 'started_at > ?', since: number): number {
  return sql.exec<{ count: number }>(`select count(*) as count from reservations where ${condition}`, since).one().count
}

/** When the oldest start of the last 24 hours is older than that. */
function untilNextDaily(sql: SqlStorage, nowMs: number): number {
  const oldest = sql
    .exec<{ at: number | null }>('select min(started_at) as at from reservations where started_at > ?', nowMs - DAY_MS)
    .one().at
  return oldest === null ? ASK_AGAIN_MS : Math.max(oldest + DAY_MS - nowMs, 1_000)
}

/** The session of a reservation exists now. */
export function settle(sql: SqlStorage, made: { key: string; sessionId: string; nowMs: number }): void {
  const { key, sessionId, nowMs } = made
  sql.exec('update reservations set session_id = ?, held_until = ? where key = ?', sessionId, nowMs + HELD_MS, key)
}

/** Forgets a reservation that no session came of: it does not count as a start either. */
export function drop(sql: SqlStorage, key: string): void {
  sql.exec('delete from reservations where key = ? and session_id is null', key)
}

/**
 * A session's own word: at work, it holds its slot on; otherwise the slot is free. One that is not known any more is
 * counted among those at work, but not as started today.
 */
export function note(sql: SqlStorage, word: { sessionId: string; active: boolean; nowMs: number }): void {
  const { sessionId, active, nowMs } = word
  const heldUntil = active ? nowMs + HELD_MS : nowMs
  const { rowsWritten } = sql.exec('update reservations set held_until = ? where session_id = ?', heldUntil, sessionId)
  if (rowsWritten > 0 || !active) return
  sql.exec(
    'insert into reservations (key, session_id, started_at, held_until) values (?, ?, 0, ?) on conflict do nothing',
    `session:${sessionId}`,
    sessionId,
    heldUntil,
  )
}

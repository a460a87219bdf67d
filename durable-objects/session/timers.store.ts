export interface TimerRow {
  name: string
  dueAt: number
  /** How often it was tried in vain; counts from 0. */
  attempt: number
}

type Row = { name: string; due_at: number; attempt: number }
const timer = (row: Row): TimerRow => ({ name: row.name, dueAt: row.due_at, attempt: row.attempt })

export function writeTimer(sql: SqlStorage, row: TimerRow): void {
  sql.exec(
    `insert into timers (name, due_at, attempt) values (?, ?, ?)
     on conflict (name) do update set due_at = excluded.due_at, attempt = excluded.attempt`,
    row.name,
    row.dueAt,
    row.attempt,
  )
}

export function findTimer(sql: SqlStorage, name: string): TimerRow | null {
  return sql.exec<Row>('select * from timers where name = ?', name).toArray().map(timer)[0] ?? null
}

export function deleteTimer(sql: SqlStorage, name: string): void {
  sql.exec('delete from timers where name = ?', name)
}

export function dueTimers(sql: SqlStorage, now: number): TimerRow[] {
  return sql.exec<Row>('select * from timers where due_at <= ? order by due_at', now).toArray().map(timer)
}

export function earliestTimer(sql: SqlStorage): number | null {
  return sql.exec<{ due: number | null }>('select min(due_at) as due from timers').one().due
}

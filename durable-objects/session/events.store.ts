import { SessionEvent, type SessionEventBody } from '#schema/contracts/session-events'

/** One event as it is stored: its body stays JSON, since it goes to clients as it is. */
export interface StoredEvent {
  seq: number
  at: string
  body: string
}

type Row = { seq: number; at: string; body: string }

export function headSeq(sql: SqlStorage): number {
  return sql.exec<{ seq: number | null }>('select max(seq) as seq from events').one().seq ?? 0
}

/** Appends without gaps after `head`. */
export function insertEvents(
  sql: SqlStorage,
  head: number,
  events: { at: string; event: SessionEventBody }[],
): StoredEvent[] {
  return events.map(({ at, event }, index) => {
    const stored = { seq: head + index + 1, at, body: JSON.stringify(event) }
    sql.exec('insert into events (seq, at, type, body) values (?, ?, ?, ?)', stored.seq, at, event.type, stored.body)
    return stored
  })
}

/** Events after `seq` in order; read one by one, since a long log does not fit into memory. */
export function eventsAfter(sql: SqlStorage, seq: number): Iterable<StoredEvent> {
  return sql.exec<Row>('select seq, at, body from events where seq > ? order by seq', seq)
}

/** Up to `limit` events before `before` (null: the newest), in order, the oldest first. */
export function eventsBefore(sql: SqlStorage, before: number | null, limit: number): SessionEvent[] {
  const rows = sql.exec<Row>(
    'select seq, at, body from events where seq < ? order by seq desc limit ?',
    before ?? Number.MAX_SAFE_INTEGER,
    limit,
  )
  return rows.toArray().reverse().map(readable)
}

/** Everything that was said and done, for the transcript. */
export function* conversation(sql: SqlStorage): Iterable<SessionEventBody> {
  const told = `('prompt.queued', 'text.completed', 'tool.started', 'tool.finished',
    'branch.pushed', 'prompt.finished')`
  for (const row of sql.exec<Row>(`select seq, at, body from events where type in ${told} order by seq`)) {
    yield readable(row).event
  }
}

/** One event that an older version wrote differently must not make a whole page unreadable. */
function readable(row: Row): SessionEvent {
  const parsed = SessionEvent.safeParse({ seq: row.seq, at: row.at, event: JSON.parse(row.body) })
  if (parsed.success) return parsed.data
  const event = {
    type: 'session.error' as const,
    code: 'event.unreadable',
    message: 'This event cannot be read any more',
  }
  return { seq: row.seq, at: row.at, event }
}

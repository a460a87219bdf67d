import { OpenPart } from '#schema/contracts/session-events'

export function readOpenParts(sql: SqlStorage): OpenPart[] {
  return sql
    .exec<{ body: string }>('select body from open_parts')
    .toArray()
    .map(({ body }) => OpenPart.parse(JSON.parse(body)))
}

export function writeOpenPart(sql: SqlStorage, part: OpenPart): void {
  sql.exec(
    'insert into open_parts (part_id, body) values (?, ?) on conflict (part_id) do update set body = excluded.body',
    part.partId,
    JSON.stringify(part),
  )
}

export function deleteOpenPart(sql: SqlStorage, partId: string): void {
  sql.exec('delete from open_parts where part_id = ?', partId)
}

export function deleteOpenParts(sql: SqlStorage): void {
  sql.exec('delete from open_parts')
}

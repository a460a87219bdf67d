export function insertTermination(sql: SqlStorage, sandboxId: string): void {
  sql.exec('insert into terminations (sandbox_id) values (?) on conflict do nothing', sandboxId)
}

export function pendingTerminations(sql: SqlStorage): string[] {
  return sql
    .exec<{ sandbox_id: string }>('select sandbox_id from terminations')
    .toArray()
    .map((row) => row.sandbox_id)
}

export function deleteTermination(sql: SqlStorage, sandboxId: string): void {
  sql.exec('delete from terminations where sandbox_id = ?', sandboxId)
}

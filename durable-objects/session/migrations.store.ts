/**
 * The object's schema, step by step; a step that has shipped never changes. Fresh and old objects take the same road.
 */
const STEPS: readonly string[][] = [
  [
    `create table facts (id integer primary key check (id = 1), body text not null)`,
    `create table opening (id integer primary key check (id = 1), body text not null)`,
    `create table events (seq integer primary key, at text not null, type text not null, body text not null)`,
    `create table open_parts (part_id text primary key, body text not null)`,
    `create table prompts (
      position integer primary key autoincrement, id text not null unique, idempotency_key text not null unique,
      text text not null, author text not null, state text not null, error text, recovered integer not null default 0,
      generation integer, waiting_since integer not null, dispatched_at integer)`,
    // However the code above it errs: two prompts are never with the agent at once.
    `create unique index one_active_prompt on prompts ((1)) where state in ('dispatched', 'running')`,
    `create table commands (
      number integer primary key autoincrement, generation integer not null, kind text not null, body text not null,
      state text not null, reply text)`,
    `create index waiting_commands on commands (generation, number) where state = 'waiting'`,
    `create table tool_calls (
      tool_call_id text primary key, audit_id text not null, tool_name text not null, params_hash text not null,
      params text not null, status text not null, result text, error text, accepted integer not null default 0,
      started_at integer not null, completed_at integer, audited text)`,
    `create table timers (name text primary key, due_at integer not null, attempt integer not null default 0)`,
    `create table terminations (sandbox_id text primary key)`,
  ],
]

/** Brings the object's database to the newest schema; each step happens wholly or not at all. */
export function migrate(storage: DurableObjectStorage): void {
  const { sql } = storage
  sql.exec('create table if not exists schema_version (version integer not null)')
  const [row] = sql.exec<{ version: number }>('select version from schema_version').toArray()
  const version = row?.version ?? 0
  for (const [index, statements] of STEPS.entries()) {
    if (index < version) continue
    storage.transactionSync(() => {
      for (const statement of statements) sql.exec(statement)
      sql.exec('delete from schema_version')
      sql.exec('insert into schema_version (version) values (?)', index + 1)
    })
  }
}

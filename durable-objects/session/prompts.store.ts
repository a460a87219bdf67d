import { z } from 'zod'
import type { WaitingPrompt } from '#domain/sessions'
import { PromptState } from '#schema/contracts/sessions'

export interface Prompt extends WaitingPrompt {
  idempotencyKey: string
  text: string
  author: string
  error: string | null
  /** Whether it was given a second sandbox already. */
  recovered: boolean
  /** Of the sandbox that was given it last. */
  generation: number | null
}

const Row = z
  .object({
    id: z.string(),
    idempotency_key: z.string(),
    text: z.string(),
    author: z.string(),
    state: PromptState,
    error: z.string().nullable(),
    recovered: z.number(),
    generation: z.number().nullable(),
    waiting_since: z.number(),
  })
  .transform((row): Prompt => ({
    id: row.id,
    idempotencyKey: row.idempotency_key,
    text: row.text,
    author: row.author,
    state: row.state,
    error: row.error,
    recovered: row.recovered === 1,
    generation: row.generation,
    waitingSince: new Date(row.waiting_since),
  }))

const prompts = (rows: SqlStorageCursor<Record<string, SqlStorageValue>>) => rows.toArray().map((row) => Row.parse(row))

export function findPrompt(sql: SqlStorage, id: string): Prompt | null {
  return prompts(sql.exec('select * from prompts where id = ?', id))[0] ?? null
}

export function findPromptByKey(sql: SqlStorage, idempotencyKey: string): Prompt | null {
  return prompts(sql.exec('select * from prompts where idempotency_key = ?', idempotencyKey))[0] ?? null
}

/** Those that have not ended, in the order in which they came. */
export function unfinishedPrompts(sql: SqlStorage): Prompt[] {
  return prompts(sql.exec(`select * from prompts where state in ('queued', 'dispatched', 'running') order by position`))
}

/** Whether a sandbox of that generation was given a prompt already. */
export function wasPrompted(sql: SqlStorage, generation: number): boolean {
  return sql.exec('select 1 from prompts where generation = ? limit 1', generation).toArray().length > 0
}

export function insertPrompt(
  sql: SqlStorage,
  prompt: { id: string; idempotencyKey: string; text: string; author: string; now: number },
): void {
  sql.exec(
    `insert into prompts (id, idempotency_key, text, author, state, waiting_since) values (?, ?, ?, ?, 'queued', ?)`,
    prompt.id,
    prompt.idempotencyKey,
    prompt.text,
    prompt.author,
    prompt.now,
  )
}

export function writePrompt(sql: SqlStorage, prompt: Prompt): void {
  sql.exec(
    'update prompts set state = ?, error = ?, recovered = ?, generation = ?, waiting_since = ? where id = ?',
    prompt.state,
    prompt.error,
    prompt.recovered ? 1 : 0,
    prompt.generation,
    prompt.waitingSince.getTime(),
    prompt.id,
  )
}

/** A prompt ended: from now on the ones behind it could be taken up. */
export function restartWaiting(sql: SqlStorage, now: number): void {
  sql.exec(`update prompts set waiting_since = ? where state = 'queued'`, now)
}

import { z } from 'zod'
import { SandboxCommand } from '#schema/contracts/sandbox-link'

/** What the daemon answered. */
export const CommandReply = z.object({ ok: z.boolean(), result: z.unknown(), error: z.string().nullable() })
export type CommandReply = z.infer<typeof CommandReply>

export interface StoredCommand {
  number: number
  command: SandboxCommand
}

type Row = { number: number; body: string }

export function insertCommand(sql: SqlStorage, generation: number, command: SandboxCommand): number {
  const row = sql
    .exec<{ number: number }>(
      `insert into commands (generation, kind, body, state) values (?, ?, ?, 'waiting') returning number`,
      generation,
      command.kind,
      JSON.stringify(command),
    )
    .one()
  return row.number
}

/** Commands that were not answered yet, in order. */
export function waitingCommands(sql: SqlStorage, generation: number): StoredCommand[] {
  const rows = sql.exec<Row>(
    `select number, body from commands where state = 'waiting' and generation = ? order by number`,
    generation,
  )
  return rows.toArray().map(({ number, body }) => ({ number, command: SandboxCommand.parse(JSON.parse(body)) }))
}

/** Keeps the first answer; null when the command is unknown or was answered or dropped before. */
export function answerCommand(
  sql: SqlStorage,
  answer: { number: number; generation: number; reply: CommandReply },
): SandboxCommand | null {
  const [row] = sql
    .exec<Row>(
      `update commands set state = 'answered', reply = ?
       where number = ? and generation = ? and state = 'waiting' returning number, body`,
      JSON.stringify(answer.reply),
      answer.number,
      answer.generation,
    )
    .toArray()
  return row ? SandboxCommand.parse(JSON.parse(row.body)) : null
}

/** The sandbox they were meant for is gone. Returns their numbers. */
export function dropCommands(sql: SqlStorage): number[] {
  const rows = sql.exec<{ number: number }>(
    `update commands set state = 'dropped' where state = 'waiting' returning number`,
  )
  return rows.toArray().map(({ number }) => number)
}

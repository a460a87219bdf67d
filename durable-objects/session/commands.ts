import type { LinkDownFrame, SandboxCommand } from '#schema/contracts/sandbox-link'
import { trySend } from './clients.ts'
import { answerCommand, type CommandReply, dropCommands, insertCommand, waitingCommands } from './commands.store.ts'
import type { LiveSession } from './live-session.ts'

/** Says something to the daemon; lost when there is no link, for what matters is stored and sent again. */
export function sendDown(session: LiveSession, frame: LinkDownFrame): void {
  if (session.link) trySend(session.link, JSON.stringify(frame))
}

/** Stores a command for the current sandbox and sends it, now or when the link is back. Returns its number. */
export function issueCommand(session: LiveSession, command: SandboxCommand): number {
  const number = insertCommand(session.sql, session.facts.generation, command)
  sendDown(session, { type: 'command', number, epoch: session.facts.epoch, command })
  return number
}

/** After a reconnect: everything that was not answered yet. The daemon does each number once. */
export function resendCommands(session: LiveSession): void {
  const { epoch, generation } = session.facts
  for (const { number, command } of waitingCommands(session.sql, generation)) {
    sendDown(session, { type: 'command', number, epoch, command })
  }
}

/**
 * Asks the daemon and waits for its answer, at most `timeoutMs`. The command itself stays stored: a late answer is
 * kept, though nobody waits for it any more. Never throws; a deadline and a lost sandbox are answers that are not ok.
 */
export function askDaemon(session: LiveSession, command: SandboxCommand, timeoutMs: number): Promise<CommandReply> {
  const number = issueCommand(session, command)
  return new Promise((resolve) => {
    const done = (reply: CommandReply) => {
      clearTimeout(timer)
      session.awaitedReplies.delete(number)
      resolve(reply)
    }
    const timer = setTimeout(() => {
      done({ ok: false, result: null, error: `The sandbox did not answer within ${Math.round(timeoutMs / 1_000)} s` })
    }, timeoutMs)
    session.awaitedReplies.set(number, done)
  })
}

/** Keeps the daemon's answer and hands it to whoever waits. Null for one that was answered before. */
export function takeReply(session: LiveSession, number: number, reply: CommandReply): SandboxCommand | null {
  const command = answerCommand(session.sql, { number, generation: session.facts.generation, reply })
  session.awaitedReplies.get(number)?.(reply)
  return command
}

/** The sandbox is gone, and with it whoever could have answered. */
export function abandonCommands(session: LiveSession): void {
  for (const number of dropCommands(session.sql)) {
    session.awaitedReplies.get(number)?.({ ok: false, result: null, error: 'The sandbox was lost' })
  }
}

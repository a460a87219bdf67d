import type { LinkDownFrame, SandboxCommand } from '#schema/contracts/sandbox-link'
import type { CommandReply, Journal } from './journal.ts'
import type { DaemonLog } from './log.ts'
import { cutEnd, wordsOf } from './text.ts'

type CommandFrame = Extract<LinkDownFrame, { type: 'command' }>

const MAX_ERROR = 4_000

/**
 * Does each numbered command of the Session once. A number that comes again, on whatever connection, is answered from
 * the journal, or left to the one that is still being done. Commands of an older epoch are refused: their sender was
 * replaced.
 */
export class Commands {
  readonly #needs: {
    journal: Journal
    log: DaemonLog
    reply: (reply: CommandReply) => void
    perform: (command: SandboxCommand) => Promise<unknown>
  }
  readonly #busy = new Set<number>()

  constructor(needs: {
    journal: Journal
    log: DaemonLog
    reply: (reply: CommandReply) => void
    /** Does it and returns the result; throws in words for a person. */
    perform: (command: SandboxCommand) => Promise<unknown>
  }) {
    this.#needs = needs
  }

  take({ number, epoch, command }: CommandFrame): void {
    const { journal, log, reply } = this.#needs
    if (!journal.obey(epoch)) {
      log.warn('command.old_epoch', { number, epoch, obeyed: journal.epoch })
      return
    }
    const known = journal.replyTo(number)
    if (known) return reply(known)
    if (this.#busy.has(number)) return
    this.#busy.add(number)
    log.info('command.taken', { number, kind: command.kind })
    void this.#do(number, command)
  }

  async #do(number: number, command: SandboxCommand): Promise<void> {
    const { journal, log, reply, perform } = this.#needs
    const answer: CommandReply = await perform(command).then(
      (result) => ({ number, ok: true, result: result ?? null, error: null }),
      (error: unknown) => ({ number, ok: false, result: null, error: cutEnd(wordsOf(error), MAX_ERROR) }),
    )
    journal.keepReply(answer)
    this.#busy.delete(number)
    log.info('command.done', { number, kind: command.kind, ok: answer.ok, error: answer.error })
    reply(answer)
  }
}

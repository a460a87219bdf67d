import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { SandboxEvent } from '#schema/contracts/session-events'

const NumberedEvent = z.object({ sandboxSeq: z.number().int(), at: z.string(), event: SandboxEvent })
export type NumberedEvent = z.infer<typeof NumberedEvent>

const CommandReply = z.object({
  number: z.number().int(),
  ok: z.boolean(),
  result: z.unknown(),
  error: z.string().nullable(),
})
export type CommandReply = z.infer<typeof CommandReply>

/**
 * One line of the file. `last` stands in a compacted file, where acknowledged events are gone but their numbers are
 * not.
 */
const Line = z.union([
  z.object({ event: NumberedEvent }),
  z.object({ acked: z.number().int(), last: z.number().int().optional() }),
  z.object({ reply: CommandReply }),
  z.object({ epoch: z.number().int() }),
])

/** Beyond this the file is written anew without what was acknowledged. */
const COMPACT_AT_BYTES = 4 * 1024 * 1024

/**
 * What the daemon must not forget: events that the Session has not acknowledged, replies to commands (each number is
 * done once), and the highest epoch obeyed. An append-only file; what is written survives the end of the process.
 */
export class Journal {
  readonly #file: string
  readonly #compactAtBytes: number
  #bytes = 0
  #last = 0
  #acked = 0
  #epoch = 0
  #pending: NumberedEvent[] = []
  readonly #replies = new Map<number, CommandReply>()
  /** Told after each new event. */
  onEvent: () => void = () => undefined

  /** Opens the file, or makes it. A half-written last line, left by a kill, is dropped: nobody has seen its event. */
  constructor(file: string, options: { compactAtBytes?: number } = {}) {
    this.#file = file
    this.#compactAtBytes = options.compactAtBytes ?? COMPACT_AT_BYTES
    mkdirSync(path.dirname(file), { recursive: true })
    if (existsSync(file)) this.#read(readFileSync(file, 'utf8'))
    this.#compact()
  }

  /** The highest number given out. */
  get lastSeq(): number {
    return this.#last
  }

  get ackedSeq(): number {
    return this.#acked
  }

  get epoch(): number {
    return this.#epoch
  }

  /**
   * Numbers and keeps an event. Throws for one that the contract does not allow: the Session would refuse it for
   * ever.
   */
  record(event: SandboxEvent): void {
    const numbered = { sandboxSeq: this.#last + 1, at: new Date().toISOString(), event: SandboxEvent.parse(event) }
    this.#last += 1
    this.#pending.push(numbered)
    this.#append({ event: numbered })
    this.onEvent()
  }

  /** Unacknowledged events with a number above `seq`, in order. */
  after(seq: number): NumberedEvent[] {
    return this.#pending.filter((event) => event.sandboxSeq > seq)
  }

  /** Forgets events up to `seq`: the Session has stored them. */
  acknowledge(seq: number): void {
    const acked = Math.min(seq, this.#last)
    if (acked <= this.#acked) return
    this.#acked = acked
    this.#pending = this.#pending.filter((event) => event.sandboxSeq > acked)
    this.#append({ acked })
    if (this.#bytes > this.#compactAtBytes) this.#compact()
  }

  /** False for an epoch older than one obeyed already: its sender has been replaced (decision D15). */
  obey(epoch: number): boolean {
    if (epoch < this.#epoch) return false
    if (epoch > this.#epoch) {
      this.#epoch = epoch
      this.#append({ epoch })
    }
    return true
  }

  replyTo(number: number): CommandReply | undefined {
    return this.#replies.get(number)
  }

  keepReply(reply: CommandReply): void {
    this.#replies.set(reply.number, reply)
    this.#append({ reply })
  }

  #append(line: z.infer<typeof Line>): void {
    const text = `${JSON.stringify(line)}\n`
    appendFileSync(this.#file, text, { mode: 0o600 })
    this.#bytes += Buffer.byteLength(text)
  }

  #read(text: string): void {
    for (const line of text.split('\n')) {
      const parsed = Line.safeParse(parseJson(line))
      if (parsed.success) this.#take(parsed.data)
    }
    this.#pending = this.#pending.filter((event) => event.sandboxSeq > this.#acked)
  }

  #take(line: z.infer<typeof Line>): void {
    if ('event' in line) {
      this.#pending.push(line.event)
      this.#last = Math.max(this.#last, line.event.sandboxSeq)
    } else if ('acked' in line) {
      this.#acked = Math.max(this.#acked, line.acked)
      this.#last = Math.max(this.#last, line.last ?? line.acked)
    } else if ('reply' in line) {
      this.#replies.set(line.reply.number, line.reply)
    } else {
      this.#epoch = Math.max(this.#epoch, line.epoch)
    }
  }

  /** Written aside and renamed, so that there is a whole file at every moment. */
  #compact(): void {
    const lines: z.infer<typeof Line>[] = [
      { acked: this.#acked, last: this.#last },
      { epoch: this.#epoch },
      ...[...this.#replies.values()].map((reply) => ({ reply })),
      ...this.#pending.map((event) => ({ event })),
    ]
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
    this.#bytes = Buffer.byteLength(text)
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

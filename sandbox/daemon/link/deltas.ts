export interface OpenText {
  messageId: string
  partId: string
  kind: 'text' | 'reasoning'
  text: string
  /** How many characters were sent on the present connection. */
  sent: number
}

export interface Delta {
  messageId: string
  partId: string
  kind: 'text' | 'reasoning'
  offset: number
  text: string
}

/** Live text goes out at most this often (decision D4). */
const FLUSH_EVERY_MS = 50

/**
 * Text that is still being written, joined into one frame per part every 50 ms. Frames are never kept: after a new
 * connection the whole open text is sent from offset 0, and the finished part comes as a numbered event anyway.
 */
export class Deltas {
  readonly #send: (delta: Delta) => boolean
  readonly #open = new Map<string, OpenText>()
  #timer: NodeJS.Timeout | undefined

  /** `send` answers false when there is no connection. */
  constructor(send: (delta: Delta) => boolean) {
    this.#send = send
  }

  append(part: Pick<OpenText, 'messageId' | 'partId' | 'kind'>, text: string): void {
    const open = this.#open.get(part.partId) ?? { ...part, text: '', sent: 0 }
    open.text += text
    this.#open.set(part.partId, open)
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_EVERY_MS)
  }

  /** The part is complete or was given up. */
  close(partId: string): void {
    this.#open.delete(partId)
  }

  /** A new connection knows nothing of what is open. */
  restart(): void {
    for (const open of this.#open.values()) open.sent = 0
    if (this.#open.size > 0) this.#timer ??= setTimeout(() => this.#flush(), FLUSH_EVERY_MS)
  }

  #flush(): void {
    this.#timer = undefined
    for (const open of this.#open.values()) {
      if (open.sent >= open.text.length) continue
      const { messageId, partId, kind, sent: offset } = open
      if (this.#send({ messageId, partId, kind, offset, text: open.text.slice(offset) })) open.sent = open.text.length
    }
  }
}

import type { OpenPart } from '#schema/contracts/session-events'
import { deleteOpenPart, deleteOpenParts, readOpenParts, writeOpenPart } from './open-parts.store.ts'

/** How often the text of a part that is being written is stored (D4). */
const CHECKPOINT_EVERY_MS = 1_000

export interface Delta {
  messageId: string
  partId: string
  kind: 'text' | 'reasoning'
  offset: number
  text: string
}

/**
 * Text that is still being written: held in memory, stored once a second, gone once its finished part is an event. The
 * timer is one of the process, which keeps the object from hibernating for that second; after an eviction the daemon
 * sends open text again from its beginning.
 */
export class OpenParts {
  readonly #sql: SqlStorage
  readonly #parts = new Map<string, OpenPart>()
  readonly #dirty = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(sql: SqlStorage) {
    this.#sql = sql
    for (const part of readOpenParts(sql)) this.#parts.set(part.partId, part)
  }

  list(): OpenPart[] {
    return [...this.#parts.values()]
  }

  /**
   * What a delta adds to the held text: the new piece with its offset, nothing, or `gap` when some text before it is
   * missing.
   */
  add(delta: Delta): Delta | null | 'gap' {
    const held = this.#parts.get(delta.partId)?.text ?? ''
    if (delta.offset > held.length) return 'gap'
    const text = delta.text.slice(held.length - delta.offset)
    if (text === '') return null
    const { messageId, partId, kind } = delta
    this.#parts.set(partId, { messageId, partId, kind, text: held + text })
    this.#dirty.add(partId)
    this.#timer ??= setTimeout(() => this.#store(), CHECKPOINT_EVERY_MS)
    return { messageId, partId, kind, offset: held.length, text }
  }

  close(partId: string): void {
    if (!this.#parts.delete(partId)) return
    this.#dirty.delete(partId)
    deleteOpenPart(this.#sql, partId)
  }

  /** The turn ended, or its sandbox: what was open will never be finished. */
  clear(): void {
    if (this.#parts.size === 0) return
    this.#parts.clear()
    this.#dirty.clear()
    deleteOpenParts(this.#sql)
  }

  #store(): void {
    this.#timer = null
    for (const partId of this.#dirty) {
      const part = this.#parts.get(partId)
      if (part) writeOpenPart(this.#sql, part)
    }
    this.#dirty.clear()
  }
}

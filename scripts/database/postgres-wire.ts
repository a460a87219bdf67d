/**
 * The few pieces of PostgreSQL's wire protocol (version 3) that a session pooler needs.
 * Source: PostgreSQL manual, "Frontend/Backend Protocol", "Message Formats".
 */

/** A message: its type byte, the length (which counts itself), the body. */
export function message(type: string, ...body: Buffer[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 4)
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(length), ...body])
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A string as the protocol writes it: ended by a zero byte. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`)
}

export function fatalError(code: string, text: string): Buffer {
  return message('E', cString('SFATAL'), cString('VFATAL'), cString(`C${code}`), cString(`M${text}`), Buffer.from([0]))
}

/** One whole message; `bytes` includes the header. */
export type Message = { type: string; bytes: Buffer }

const TYPE_AND_LENGTH = 5
const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104

/** Cuts a stream of bytes into messages, whatever the sizes of the chunks. Throws on what is no message. */
export class MessageReader {
  #pending: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): void {
    this.#pending = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk
  }

  /** The next whole message, or null until more arrives. */
  next(): Message | null {
    if (this.#pending.length < TYPE_AND_LENGTH) return null
    const bytes = this.#cut(this.#pending.readInt32BE(1) + 1)
    return bytes && { type: String.fromCharCode(bytes[0] ?? 0), bytes }
  }

  /** The first packet of a client has no type byte. Encryption may be asked for before the real one comes. */
  startup(): { kind: 'encryption' } | { kind: 'startup'; parameters: Map<string, string> } | null {
    if (this.#pending.length < 8) return null
    const packet = this.#cut(this.#pending.readInt32BE(0))
    if (!packet) return null
    const code = packet.readInt32BE(4)
    if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'encryption' }
    const words = packet.subarray(8).toString().split('\0')
    const parameters = new Map<string, string>()
    for (let index = 0; words[index]; index += 2) parameters.set(words[index] ?? '', words[index + 1] ?? '')
    return { kind: 'startup', parameters }
  }

  #cut(length: number): Buffer | null {
    if (length < TYPE_AND_LENGTH) throw new Error(`Not a PostgreSQL message: its length is ${length}`)
    if (this.#pending.length < length) return null
    const bytes = this.#pending.subarray(0, length)
    this.#pending = this.#pending.subarray(length)
    return bytes
  }
}

import type { WebSocket } from 'ws'
import { cString, fatalError, int32, message, MessageReader } from './postgres-wire.ts'
import type { Backend, WarmBackends } from './warm-backends.ts'

/** Above this many unsent bytes the backend is not read further until the client has caught up. */
const HIGH_WATER_BYTES = 1024 * 1024
const CLOSE_NORMAL = 1000
const CLOSE_BACKEND_GONE = 1011

/**
 * One client of the WebSocket half of the Neon protocol: PostgreSQL's wire protocol in binary frames.
 * The start-up is answered here (a cleartext password is asked for, because the driver then sends everything in
 * one round trip; any password will do, the endpoint listens on loopback) and the client is joined to a warm
 * backend for its whole session.
 */
export class WireSession {
  #phase: 'startup' | 'password' | 'joined' | 'ended' = 'startup'
  #reader = new MessageReader()
  #backend: Backend | null = null
  /** What the client sent ahead while its backend was being found. */
  #early: Buffer[] = []
  #database = 'postgres'
  #client: WebSocket
  #backends: WarmBackends

  constructor(client: WebSocket, backends: WarmBackends) {
    this.#client = client
    this.#backends = backends
    client.on('message', (data) => this.#receive(data as Buffer))
    client.on('close', () => this.#end())
    client.on('error', () => this.#end())
  }

  #receive(chunk: Buffer): void {
    try {
      this.#reader.push(chunk)
      this.#proceed()
    } catch {
      this.#client.terminate() // it does not speak the protocol; the close event ends the session
    }
  }

  #proceed(): void {
    if (this.#phase === 'startup') this.#answerStartup()
    if (this.#phase === 'password' && this.#reader.next()) {
      this.#phase = 'joined'
      void this.#join()
    }
    if (this.#phase === 'joined') this.#forward()
  }

  #answerStartup(): void {
    let packet = this.#reader.startup()
    while (packet?.kind === 'encryption') {
      this.#client.send(Buffer.from('N'))
      packet = this.#reader.startup()
    }
    if (!packet) return
    const CLEARTEXT_PASSWORD = 3
    this.#database = packet.parameters.get('database') ?? packet.parameters.get('user') ?? this.#database
    this.#client.send(message('R', int32(CLEARTEXT_PASSWORD)))
    this.#phase = 'password'
  }

  async #join(): Promise<void> {
    let backend: Backend
    try {
      backend = await this.#backends.take(this.#database)
    } catch (error) {
      const { code, message: text } = error as NodeJS.ErrnoException
      const CANNOT_CONNECT = '08006'
      const isSqlState = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')
      this.#client.send(fatalError(isSqlState ? code : CANNOT_CONNECT, text))
      this.#client.close(CLOSE_BACKEND_GONE)
      return
    }
    if (this.#phase === 'ended') return this.#backends.giveBack(backend)
    this.#backend = backend
    backend.socket.on('data', (chunk: Buffer) => this.#deliver(backend, chunk))
    backend.socket.on('close', this.#backendGone)
    this.#client.send(welcome(backend))
    backend.socket.resume()
    for (const bytes of this.#early.splice(0)) backend.socket.write(bytes)
  }

  /** Only whole messages reach the backend, so that a client that dies in the middle of one leaves it usable. */
  #forward(): void {
    const whole: Buffer[] = []
    for (let next = this.#reader.next(); next; next = this.#reader.next()) {
      const isTerminate = next.type === 'X'
      if (!isTerminate) {
        whole.push(next.bytes)
        continue
      }
      this.#end()
      this.#client.close(CLOSE_NORMAL)
      return
    }
    if (whole.length === 0) return
    if (this.#backend) this.#backend.socket.write(Buffer.concat(whole))
    else this.#early.push(...whole)
  }

  #deliver({ socket }: Backend, chunk: Buffer): void {
    if (this.#client.readyState !== this.#client.OPEN) return
    this.#client.send(chunk, () => socket.resume())
    if (this.#client.bufferedAmount > HIGH_WATER_BYTES) socket.pause()
  }

  #backendGone = (): void => {
    this.#backend = null
    this.#phase = 'ended'
    this.#client.close(CLOSE_BACKEND_GONE)
  }

  #end(): void {
    this.#phase = 'ended'
    const backend = this.#backend
    this.#backend = null
    if (!backend) return
    backend.socket.off('close', this.#backendGone)
    this.#backends.giveBack(backend)
  }
}

/** What a client hears after its password was accepted. */
function welcome(backend: Backend): Buffer {
  const AUTHENTICATED = 0
  const parameters = [...backend.parameters].map(([name, value]) => message('S', cString(name), cString(value)))
  return Buffer.concat([
    message('R', int32(AUTHENTICATED)),
    ...parameters,
    message('K', backend.key),
    message('Z', Buffer.from('I')),
  ])
}

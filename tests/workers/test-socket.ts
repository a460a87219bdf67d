const PATIENCE_MS = 30_000

/** The far end of a WebSocket of the Worker under test: keeps every frame, and lets a test wait for what it expects. */
export class TestSocket {
  readonly socket: WebSocket
  readonly frames: unknown[] = []
  closed: { code: number; reason: string } | null = null
  onFrame: (frame: unknown) => void = () => undefined
  #waiting: (() => void)[] = []

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.addEventListener('message', (event) => {
      const frame: unknown = JSON.parse(String(event.data))
      this.frames.push(frame)
      this.onFrame(frame)
      this.#wake()
    })
    socket.addEventListener('close', (event) => {
      this.closed = { code: event.code, reason: event.reason }
      this.#wake()
    })
    socket.accept()
  }

  /** Waits until the condition holds; it is looked at after each frame, and now and then. Fails after 30 s. */
  async until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    while (!condition()) {
      if (Date.now() > deadline) {
        const tail = this.frames.slice(-5).map((frame) => JSON.stringify(frame).slice(0, 300))
        throw new Error(`Waited in vain for ${condition.toString()}; the last frames were\n${tail.join('\n')}`)
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
        setTimeout(resolve, 50)
      })
    }
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

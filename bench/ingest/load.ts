import { createHmac, randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'

// The load of one measurement, in a process of its own so that it shares no event loop with what is measured. It speaks HTTP/1.1 over
// kept-alive sockets, one request at a time on each.

export interface Load {
  port: number
  path: string
  secret: string
  bodyBytes: number
  connections: number
  durationMs: number
}

export interface Measured {
  acknowledged: number
  failed: number
  elapsedMs: number
  latenciesMs: number[]
}

const WARM_UP_MS = 300

/** A body like GitHub's, of about the wanted size. */
function bodyOf(bytes: number): string {
  const frame = { action: 'opened', repository: { full_name: 'acme/bench' }, issue: { number: 1, title: 'x', body: '' } }
  frame.issue.body = 'lorem ipsum '.repeat(bytes).slice(0, Math.max(0, bytes - JSON.stringify(frame).length))
  return JSON.stringify(frame)
}

function requestOf(load: Load, body: string, signature: string): string {
  return [
    `POST ${load.path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    'X-GitHub-Event: issues',
    `X-GitHub-Delivery: ${randomUUID()}`,
    `X-Hub-Signature-256: sha256=${signature}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

/** Sends one request and resolves with the status when the whole answer is there. */
function send(socket: Socket, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const onData = (chunk: Buffer) => {
      answer += chunk.toString('latin1')
      const head = answer.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0)
      const complete = /transfer-encoding: chunked/i.test(answer)
        ? answer.endsWith('0\r\n\r\n')
        : answer.length >= head + 4 + length
      if (!complete) return
      settle(() => resolve(Number(answer.slice(9, 12))))
    }
    const onEnd = () => settle(() => reject(new Error('the connection was closed')))
    const settle = (done: () => void) => {
      socket.off('data', onData).off('error', onEnd).off('close', onEnd)
      done()
    }
    socket.on('data', onData).on('error', onEnd).on('close', onEnd)
    socket.write(request)
  })
}

async function run(load: Load): Promise<Measured> {
  const body = bodyOf(load.bodyBytes)
  const signature = createHmac('sha256', load.secret).update(body).digest('hex')
  const measured: Measured = { acknowledged: 0, failed: 0, elapsedMs: 0, latenciesMs: [] }
  const countFrom = performance.now() + WARM_UP_MS
  const stopAt = countFrom + load.durationMs
  const worker = async () => {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
    socket.on('error', () => undefined)
    while (performance.now() < stopAt) {
      const started = performance.now()
      const status = await send(socket, requestOf(load, body, signature)).catch(() => 0)
      const ended = performance.now()
      if (status === 0) break
      if (started < countFrom || ended > stopAt) continue
      if (status === 200) measured.acknowledged += 1
      else measured.failed += 1
      measured.latenciesMs.push(ended - started)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: load.connections }, worker))
  measured.elapsedMs = load.durationMs
  return measured
}

const settings = process.env['LOAD']
if (settings) process.stdout.write(JSON.stringify(await run(JSON.parse(settings) as Load)))

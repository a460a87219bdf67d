import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeCall {
  method: string
  url: URL
  headers: IncomingHttpHeaders
  body: unknown
}

export interface FakeAnswer {
  status?: number
  headers?: Record<string, string>
  body: unknown
}

/** What goes wrong with one call: no answer, a limit with the seconds it asks for, or another status. */
type Fault = 'hang' | { retryAfter: number } | { status: number }

/**
 * A small API of a provider on a port of its own. `answer` is asked about every call that carries the right
 * authorization and meets no fault; what it throws was wrong with the call: 400, and kept in `problems`.
 */
export async function startFakeProvider(
  isAuthorized: (authorization: string | undefined) => boolean,
  answer: (call: FakeCall) => FakeAnswer,
) {
  const state = { calls: [] as FakeCall[], faults: [] as Fault[], problems: [] as string[] }
  const reply = (call: FakeCall): FakeAnswer => {
    try {
      return answer(call)
    } catch (error) {
      state.problems.push(String(error))
      return { status: 400, body: { errors: [{ message: String(error) }] } }
    }
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const url = new URL(request.url ?? '/', 'http://fake')
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      const call: FakeCall = { method: request.method ?? '', url, headers: request.headers, body }
      state.calls.push(call)
      const send = ({ status = 200, headers = {}, body: answered }: FakeAnswer) =>
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(typeof answered === 'string' ? answered : JSON.stringify(answered))
      const fault = state.faults.shift()
      if (fault === 'hang') return
      if (fault && 'retryAfter' in fault) {
        return void send({ status: 429, headers: { 'retry-after': String(fault.retryAfter) }, body: {} })
      }
      if (fault) return void send({ status: fault.status, body: {} })
      if (!isAuthorized(request.headers.authorization)) return void send({ status: 401, body: {} })
      send(reply(call))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return Object.assign(state, { url: `http://127.0.0.1:${port}`, close })
}

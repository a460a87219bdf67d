import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gitEnvironment } from './git-command.ts'

/** A clone or push that takes longer than this is cut off. */
const DEADLINE_MS = 5 * 60_000
const MAX_HEADER_BYTES = 64 * 1024
const END_OF_HEADERS = Buffer.from('\r\n\r\n')

/**
 * Answers one request with `git http-backend`, a CGI program: the request's body is streamed into it and what it
 * prints is streamed back. Never throws: before the first byte a failure is a 502, after it the connection is cut.
 */
export function serveWithHttpBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const child = spawn('git', ['http-backend'], {
    env: cgiEnvironment(root, request),
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  })
  const fail = () => {
    child.kill('SIGKILL')
    if (response.headersSent) response.destroy()
    else response.writeHead(502).end('git http-backend failed\n')
  }
  child.on('error', fail)
  child.stdin.on('error', () => undefined) // git may have read enough and ended
  request.on('error', fail)
  response.on('close', () => child.kill('SIGKILL'))
  request.pipe(child.stdin)

  let head = Buffer.alloc(0)
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf(END_OF_HEADERS)
    if (end < 0) return head.length > MAX_HEADER_BYTES ? fail() : undefined
    child.stdout.off('data', readHead)
    const { status, headers } = parseCgiHead(head.subarray(0, end).toString('latin1'))
    response.writeHead(status, headers)
    response.write(head.subarray(end + END_OF_HEADERS.length))
    child.stdout.pipe(response)
  }
  child.stdout.on('data', readHead)
  child.stdout.on('end', () => {
    if (!response.headersSent) fail()
  })
}

/** RFC 3875, section 4.1. */
function cgiEnvironment(root: string, request: IncomingMessage): NodeJS.ProcessEnv {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const { headers } = request
  return {
    ...gitEnvironment(),
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: headers['content-type'] ?? '',
    // Absent for a chunked body: http-backend then reads to the end of its input.
    CONTENT_LENGTH: headers['content-length'] ?? '',
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    REMOTE_USER: 'token',
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
  }
}

function parseCgiHead(text: string): { status: number; headers: Record<string, string> } {
  let status = 200
  const headers: Record<string, string> = {}
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()]
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10) || 500
    else if (colon > 0) headers[name] = value
  }
  return { status, headers }
}

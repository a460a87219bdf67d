import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { CreateSandboxRequest } from '#schema/contracts/sandbox-host'
import { HostFull, type Sandboxes } from './sandboxes.ts'

const MAX_BODY_BYTES = 64 * 1024

interface Answer {
  status: number
  body: unknown
}

class TooLarge extends Error {}

/**
 * The sandbox host's HTTP interface (schema/contracts/sandbox-host.ts). Errors are problem documents. Nothing is
 * answered before `ready`, so that no new sandbox is taken for one that an earlier host left.
 */
export function hostServer(needs: { sandboxes: Sandboxes; token: string; ready: Promise<unknown> }): Server {
  return createServer((request, response) => {
    const answered = needs.ready.then(() => answer(needs, request))
    answered.then(
      (result) => reply(response, result),
      (error: unknown) => reply(response, failure(error)),
    )
  })
}

async function answer(needs: { sandboxes: Sandboxes; token: string }, request: IncomingMessage): Promise<Answer> {
  const [, collection, ...rest] = (request.url ?? '').split('?')[0]?.split('/').map(decodeURIComponent) ?? []
  if (request.method === 'GET' && collection === 'health' && rest.length === 0) return ok({ status: 'ok' })
  if (!isBearer(request.headers.authorization, needs.token))
    return problem(401, 'unauthenticated', 'The bearer token is wrong')
  if (collection !== 'sandboxes') return notFound()
  return route(needs.sandboxes, request, rest)
}

async function route(sandboxes: Sandboxes, request: IncomingMessage, rest: string[]): Promise<Answer> {
  const [first = '', second = ''] = rest
  switch (`${request.method} ${rest.length}`) {
    case 'POST 0':
      return create(sandboxes, request)
    case 'GET 0':
      return ok({ sandboxes: await sandboxes.list() })
    case 'GET 1':
      return found(await sandboxes.find(({ id }) => id === first))
    case 'GET 2':
      // Of several that had the name the living one comes first.
      return first === 'by-name' ? found(await sandboxes.find(({ name }) => name === second)) : notFound()
    case 'DELETE 1':
      return found(await sandboxes.remove(first, 'it was terminated'))
    default:
      return notFound()
  }
}

async function create(sandboxes: Sandboxes, request: IncomingMessage): Promise<Answer> {
  const wanted = CreateSandboxRequest.safeParse(parseJson(await readBody(request)))
  if (!wanted.success) return problem(400, 'invalid', wanted.error.message)
  const { info, isNew } = await sandboxes.create(wanted.data)
  return { status: isNew ? 201 : 200, body: info }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new TooLarge(`A request may have ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from((header ?? '').replace(/^Bearer /, ''))
  const wanted = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

const ok = (body: unknown): Answer => ({ status: 200, body })
const notFound = () => problem(404, 'not_found', 'There is no such sandbox')
const found = (info: unknown) => (info === undefined ? notFound() : ok(info))

function problem(status: number, code: string, title: string): Answer {
  return { status, body: { type: 'about:blank', status, code: `sandbox_host.${code}`, title } }
}

function failure(error: unknown): Answer {
  if (error instanceof HostFull) return problem(429, 'full', error.message)
  if (error instanceof TooLarge) return problem(413, 'too_large', error.message)
  return problem(500, 'failed', error instanceof Error ? error.message : String(error))
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  const headers: Record<string, string> = { 'content-type': type }
  // What is left of a body that was too large is not read.
  if (status === 413) headers['connection'] = 'close'
  response.writeHead(status, headers).end(JSON.stringify(body))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

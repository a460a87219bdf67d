import { Hono } from 'hono'
import { forwardedCall, ModelCallUnknown, type ModelUpstream, ModelUnavailable } from '#domain/llm'
import { readSandboxToken, SandboxUnauthenticated } from '#domain/sessions'
import type { HttpContext, HttpEnv } from '../http/context.ts'

/** A model may think this long before its first word; a stream that has begun may take as long as it likes. */
const HEADERS_DEADLINE_MS = 120_000

/** What the provider must see of the request. The credential in it is the sandbox's, and ends here. */
const REQUEST_HEADERS = ['content-type', 'accept', 'anthropic-version', 'anthropic-beta', 'x-session-id']
const RESPONSE_HEADERS = [
  'content-type',
  'retry-after',
  'retry-after-ms',
  'request-id',
  'x-request-id',
  'x-should-retry',
]

/**
 * The model gateway: sandboxes call a provider's protocol here with their own token, the provider sees our key
 * instead.
 */
export const llm = new Hono<HttpEnv>()
  .all('/openai/v1/*', (c) => forward(c, 'openai'))
  .all('/anthropic/v1/*', (c) => forward(c, 'anthropic'))

async function forward(c: HttpContext, protocol: 'openai' | 'anthropic'): Promise<Response> {
  const { config, digest, models } = c.get('platform')
  const token = bearerOf(c) ?? c.req.header('x-api-key') ?? ''
  const sandbox = await readSandboxToken({ digest }, { serviceToken: config.SERVICE_TOKEN, token })
  if (!sandbox) throw SandboxUnauthenticated()
  const path = forwardedCall(protocol, c.req.method, c.req.path.replace(/^.*?\/v1/, ''))
  if (path === null) throw ModelCallUnknown({ detail: `${c.req.method} ${c.req.path}` })
  const upstream = models.upstream(protocol)
  if (!upstream) throw ModelUnavailable({ detail: `No key for the protocol ${protocol} is configured` })
  const reply = await ask(c, upstream, path)
  return new Response(reply.body, { status: reply.status, headers: pick(reply.headers, RESPONSE_HEADERS) })
}

/** Streams both ways: neither the question nor the answer is ever held here as a whole. */
async function ask(c: HttpContext, upstream: ModelUpstream, path: string): Promise<Response> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), HEADERS_DEADLINE_MS)
  try {
    const init: RequestInit & { duplex?: 'half' } = {
      method: c.req.method,
      headers: { ...pick(c.req.raw.headers, REQUEST_HEADERS), ...upstream.headers },
      signal: AbortSignal.any([deadline.signal, c.req.raw.signal]),
      // A redirect would carry our key to wherever it points.
      redirect: 'manual',
    }
    if (c.req.raw.body) Object.assign(init, { body: c.req.raw.body, duplex: 'half' })
    return await fetch(upstream.baseUrl + path, init)
  } catch (cause) {
    const late = deadline.signal.aborted ? ` within ${HEADERS_DEADLINE_MS / 1_000} s` : ''
    throw ModelUnavailable({ detail: `${upstream.provider} did not answer${late}`, cause })
  } finally {
    clearTimeout(timer)
  }
}

function bearerOf(c: HttpContext): string | undefined {
  return /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
}

function pick(headers: Headers, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => [[name, headers.get(name)] as const]).filter(isPresent))
}

function isPresent(entry: readonly [string, string | null]): entry is readonly [string, string] {
  return entry[1] !== null
}

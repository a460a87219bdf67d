import type { RouteConfig } from '@hono/zod-openapi'
import type { z } from 'zod'
import { Problem } from '#schema/contracts/common'

type Requests = NonNullable<RouteConfig['request']>
type Part<R extends RouteConfig, Key extends keyof Requests> = R extends {
  request: { [K in Key]: infer Schema extends z.ZodType }
}
  ? z.input<Schema>
  : undefined
type Body<R extends RouteConfig> = R extends {
  request: { body: { content: { 'application/json': { schema: infer Schema extends z.ZodType } } } }
}
  ? z.input<Schema>
  : undefined
type Success<R extends RouteConfig> = {
  [Status in 200 | 201 | 202]: R['responses'] extends {
    [S in Status]: { content: { 'application/json': { schema: infer Schema extends z.ZodType } } }
  }
    ? z.output<Schema>
    : never
}[200 | 201 | 202]

export interface CallInput<R extends RouteConfig> {
  params?: Part<R, 'params'>
  query?: Part<R, 'query'>
  body?: Body<R>
  idempotencyKey?: string
  /** Entity tag that an edit compares first; answered 412 when somebody else was faster. */
  ifMatch?: string
  /** The organization that it is about, where that is not what the client's own headers say. */
  organizationId?: string
  signal?: AbortSignal
}

/** What a caller sees when a route answers with a problem document, or with something that is none. */
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem | null

  constructor(status: number, problem: Problem | null, fallback: string) {
    super(problem?.detail ?? problem?.title ?? fallback)
    this.name = 'ApiError'
    this.status = status
    this.problem = problem
  }
}

export interface ClientOptions {
  /** Empty for same-origin calls. */
  baseUrl: string
  fetch: typeof fetch
  headers?: (route: { path: string }) => Record<string, string>
  /** Hears of every answer that is an error, before the caller does. */
  onError?: (error: ApiError) => void
}

/** Fills `{name}` of a route's path and appends the query. */
export function hrefOf(path: string, params: Record<string, unknown> = {}, query: Record<string, unknown> = {}) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
  return search === '' ? filled : `${filled}?${search}`
}

/** An answer with its entity tag, for an edit that must not undo somebody else's; null where the route gives none. */
export interface Tagged<Answer> {
  body: Answer
  etag: string | null
}

/**
 * The typed client: `call(endpoints.runs.show, { params: { runId } })` gives what the route declares; `call.tagged` with
 * its entity tag.
 */
export function createClient(options: ClientOptions) {
  async function tagged<R extends RouteConfig>(route: R, input: CallInput<R> = {}): Promise<Tagged<Success<R>>> {
    const { params, query }: { params?: unknown; query?: unknown } = input
    const href = hrefOf(route.path, recordOf(params), recordOf(query))
    const response = await options.fetch(`${options.baseUrl}${href}`, {
      method: route.method.toUpperCase(),
      headers: {
        accept: 'application/json',
        ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(input.idempotencyKey === undefined ? {} : { 'idempotency-key': input.idempotencyKey }),
        ...(input.ifMatch === undefined ? {} : { 'if-match': input.ifMatch }),
        ...options.headers?.(route),
        ...(input.organizationId === undefined ? {} : { 'x-organization-id': input.organizationId }),
      },
      body: input.body === undefined ? null : JSON.stringify(input.body),
      ...(input.signal === undefined ? {} : { signal: input.signal }),
    })
    const text = await response.text()
    if (!response.ok) {
      const error = new ApiError(response.status, problemOf(text), `${response.status} ${response.statusText}`)
      options.onError?.(error)
      throw error
    }
    return { body: JSON.parse(text) as Success<R>, etag: response.headers.get('etag') }
  }
  async function call<R extends RouteConfig>(route: R, input: CallInput<R> = {}): Promise<Success<R>> {
    return (await tagged(route, input)).body
  }
  return Object.assign(call, { tagged })
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function problemOf(text: string): Problem | null {
  try {
    return Problem.parse(JSON.parse(text))
  } catch {
    return null
  }
}

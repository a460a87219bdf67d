import { createHash } from 'node:crypto'
import { z } from 'zod'
import { PageQuery } from '#schema/contracts/common'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'

export interface ApiRequest {
  method: string
  url: URL
  body: unknown
  idempotencyKey: string | null
  /** The tag of what an edit was written over. */
  ifMatch: string | null
  /** What stands for `:name` in the path of the route. */
  params: Record<string, string>
}

export interface Answer {
  status: number
  body: unknown
  etag?: string
}

/** What answers `METHOD path`; `id` is the first thing that the path names. */
export type Route = (state: ApiState, request: ApiRequest, id: string) => Answer

export const notFound = (noun: string) => new ApiProblem(404, `${noun}.not_found`, `No such ${noun}`)

interface Declared {
  content: { 'application/json': { schema: z.ZodType } }
}

export function ok(declared: Declared, body: unknown): Answer {
  return { status: 200, body: declared.content['application/json'].schema.parse(body) }
}

export function accepted(declared: Declared, body: unknown): Answer {
  return { ...ok(declared, body), status: 202 }
}

export function created(declared: Declared, body: unknown): Answer {
  return { ...ok(declared, body), status: 201 }
}

/** The entity tag of an answer about one thing. */
export const etagOf = (body: unknown) => `"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)}"`

/** The answer about one thing, with its entity tag. */
export function tagged(answer: Answer): Answer {
  return { ...answer, etag: etagOf(answer.body) }
}

/** Refuses an edit of what is not any more as it was read. */
export function requireUnchanged(now: Answer, { ifMatch }: ApiRequest): void {
  if (ifMatch === null || ifMatch === etagOf(now.body)) return
  throw new ApiProblem(412, 'resource.changed', 'It was changed since you read it')
}

export function find<Row extends { id: string }>(rows: Row[], id: string, noun: string): Row {
  const row = rows.find((candidate) => candidate.id === id)
  if (row === undefined) throw notFound(noun)
  return row
}

const ListQuery = PageQuery.extend({ status: z.string().optional() })

export function page<Row extends { id: string; status?: string }>(rows: Row[], url: URL) {
  const { cursor, limit, status } = ListQuery.parse(Object.fromEntries(url.searchParams))
  const wanted = rows.filter((row) => status === undefined || row.status === status)
  const from = cursor === undefined ? 0 : wanted.findIndex((row) => row.id === cursor) + 1
  const items = wanted.slice(from, from + limit)
  return { items, nextCursor: from + limit < wanted.length ? (items.at(-1)?.id ?? null) : null }
}

/** Cursors of people and organizations are positions: when they came, and their id. */
const AT_THE_SAME_TIME = '0_'

export function pageByPosition<Row extends { id: string }>(rows: Row[], cursor: string | undefined, limit: number) {
  const from = cursor === undefined ? 0 : rows.findIndex(({ id }) => `${AT_THE_SAME_TIME}${id}` === cursor) + 1
  const items = rows.slice(from, from + limit)
  const last = items.at(-1)
  const isEnd = last === undefined || from + limit >= rows.length
  return { items, nextCursor: isEnd ? null : `${AT_THE_SAME_TIME}${last.id}` }
}

/** The same Idempotency-Key gives the same answer, and is done once. */
export function once(state: ApiState, request: ApiRequest, act: () => Answer): Answer {
  const key = z.string().min(8).parse(request.idempotencyKey)
  const known = state.answered.get(key) as Answer | undefined
  const answer = known ?? act()
  state.answered.set(key, answer)
  return answer
}

/** The body as its contract reads it, or a problem that says field by field what is wrong. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const issues = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  throw new ApiProblem(400, 'request.invalid', 'The request is not valid').withIssues(issues)
}

import { createRoute as declareRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { Problem } from '#schema/contracts/common'

/** Problem answers by status, for the `responses` of a route. */
const TITLES = {
  400: 'The request is not valid',
  401: 'Sign in first',
  403: 'Your role does not allow this',
  404: 'Not found, or not yours',
  409: 'The state does not allow this',
  410: 'It has ended',
  412: 'It was changed since you read it',
  413: 'The body is too large',
  415: 'The body is not application/json',
  422: 'The request contradicts an earlier one',
  429: 'Too much at once; wait for the time in Retry-After',
  503: 'Something behind this is away; try again',
} as const

export function problems<Status extends keyof typeof TITLES>(...statuses: Status[]) {
  const entries = statuses.map((status) => [
    status,
    { description: TITLES[status], content: { 'application/problem+json': { schema: Problem } } },
  ])
  return Object.fromEntries(entries) as Record<
    Status,
    { description: string; content: { 'application/problem+json': { schema: typeof Problem } } }
  >
}

export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** Every creating route takes one: the same key with the same body gives the same answer. */
export const IdempotencyKeyHeader = z.object({
  'idempotency-key': z.string().min(8).max(200).optional(),
})

/** An edit that names the entity tag it read changes nothing when somebody else was faster. */
export const IfMatchHeader = z.object({
  'if-match': z.string().min(1).max(1_000).optional(),
})

type Status = keyof typeof TITLES

/**
 * What an endpoint may answer by what it takes, before or beside its own work: nobody is signed in, or is suspended;
 * a cookie comes from elsewhere; something sent is not valid; too much was asked.
 */
function commonStatuses({ path, method, security, request = {} }: RouteConfig): Status[] {
  const isGuarded = security === undefined
  const { params, query, headers, body: sent } = request
  const named = headers === undefined ? [] : Object.keys((headers as z.ZodObject).shape)
  return [
    ...on(params ?? query ?? headers ?? sent, 400),
    ...on(isGuarded, 401, 403, 503),
    ...on(method !== 'get', 403),
    ...on(named.includes('idempotency-key'), 409, 422),
    ...on(named.includes('if-match'), 412),
    ...on(sent, 413, 415),
    ...on(path.startsWith('/api/'), 429),
  ]
}

const on = (condition: unknown, ...statuses: Status[]): Status[] => (condition ? statuses : [])

/**
 * Declares an endpoint. It states what it answers by itself; what any endpoint like it may be answered is added here,
 * for readers of the description: handlers and clients know problems without it.
 */
export function createRoute<Path extends string, Route extends Omit<RouteConfig, 'path'> & { path: Path }>(route: Route) {
  const responses = { ...problems(...commonStatuses(route)), ...route.responses }
  return declareRoute<Path, Route>({ ...route, responses })
}

export { z }

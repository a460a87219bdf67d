import type { RouteConfig } from '@hono/zod-openapi'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { conditional } from '../middleware/conditional.ts'
import { idempotent } from '../middleware/idempotent.ts'
import { limitByCaller } from '../middleware/rate-limit.ts'

/** Every declared endpoint. */
export const declaredRoutes = Object.values(endpoints).flatMap((slice): (RouteConfig & { getRoutingPath(): string })[] =>
  Object.values(slice),
)

/** Whether a route declares a header. */
export function declaresHeader(route: RouteConfig, name: string): boolean {
  const headers: unknown = route.request?.headers
  return typeof headers === 'object' && headers !== null && 'shape' in headers && name in (headers.shape as object)
}

const editedPaths = new Set(declaredRoutes.filter(({ method }) => method === 'patch' || method === 'put').map(({ path }) => path))

/** Whether the answer is a single thing, which has an entity tag: shown, or as it is after an edit. */
export function isSingleResource({ method, path }: RouteConfig): boolean {
  return method === 'patch' || method === 'put' || (method === 'get' && (path.endsWith('}') || editedPaths.has(path)))
}

/**
 * What routes get for what they declare, once their caller is known: a creating route that takes an Idempotency-Key is
 * answered once, and single things have tags.
 */
export function serveRules(api: Api): void {
  for (const route of declaredRoutes) {
    const path = route.getRoutingPath()
    api.on(route.method, path, limitByCaller)
    if (declaresHeader(route, 'idempotency-key')) api.on(route.method, path, idempotent)
    if (isSingleResource(route)) api.on(route.method, path, conditional)
  }
}

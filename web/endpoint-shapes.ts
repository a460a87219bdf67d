import { z } from 'zod'

/**
 * Stands in for `@hono/zod-openapi` when the dashboard is bundled (vite.config.ts): the endpoints need a route's shape
 * alone, and the package brings the whole router, the OpenAPI generator and every language zod speaks.
 */
export { z }

/** A route as it was declared. */
export function createRoute<Route>(route: Route): Route {
  return route
}

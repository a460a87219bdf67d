import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Env } from '#adapters/env'
import type { Platform } from '#adapters/platform'
import type { Caller, UserActor } from '#domain/identity'
import { RequestInvalid } from './errors.ts'

/**
 * What middleware puts beside a request. `caller` and `actor` are there on the routes that need them, see identify.ts.
 */
export interface HttpEnv {
  Bindings: Env
  Variables: {
    requestId: string
    platform: Platform
    caller: Caller
    actor: UserActor
    /** What of the answer people edit, when there is more in it that changes by itself; its tag is of that part. */
    editable: unknown
    /** Headers that tell the caller what counts. */
    rateLimit: Record<string, string>
  }
}

export type HttpContext = Context<HttpEnv>
export type Api = OpenAPIHono<HttpEnv>

/** Opens the world for one request; `bound` fields stand in each of its log lines. */
export type OpenPlatform = (env: Env, bound: Record<string, unknown>) => Platform

/** An app on which declared routes are served: what fails its schema is answered as a problem that lists the issues. */
export function createApi(): Api {
  return new OpenAPIHono<HttpEnv>({
    defaultHook: (result) => {
      if (result.success) return
      const issues = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
      throw RequestInvalid({ meta: { issues } })
    },
  })
}

import { createMiddleware } from 'hono/factory'
import {
  actorOf,
  type Caller,
  identifyCaller,
  NotAMember,
  NotWhileImpersonating,
  OrganizationNotFound,
  requirePerson,
} from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { HttpContext, HttpEnv } from '../context.ts'
import { readImpersonationCookie } from '../impersonation-cookie.ts'

/** `named`: the organization that the path is about, which a header cannot change. */
async function identify(c: HttpContext, named?: string): Promise<Caller> {
  const caller = await identifyCaller(c.get('platform'), {
    credentials: {
      authorization: c.req.header('authorization') ?? null,
      cookie: c.req.header('cookie') ?? null,
    },
    organizationId: named ?? c.req.header('x-organization-id') ?? null,
    impersonation: readImpersonationCookie(c),
  })
  c.set('caller', caller)
  for (const cookie of caller.signIn.cookies) c.header('set-cookie', cookie, { append: true })
  return caller
}

/** Somebody is signed in, perhaps in no organization. */
export const requireCaller = createMiddleware<HttpEnv>(async (c, next) => {
  await identify(c)
  await next()
})

/** Somebody is signed in and a member, with a role, of the organization that the request is about. */
export const requireActor = createMiddleware<HttpEnv>(async (c, next) => {
  c.set('actor', actorOf(await identify(c)))
  await next()
})

/** A HEAD is answered like the GET that it stands for. */
const lineOf = (method: string, path: string) => `${method === 'HEAD' ? 'GET' : method.toUpperCase()} ${path}`

/** Routes that look like one of an organization and are not. By another method the same path is one. */
const FIXED = new Set(
  Object.values(endpoints.ownOrganizations).map((route) => lineOf(route.method, route.getRoutingPath())),
)

/**
 * Somebody is signed in and a member of the organization that the path names. Any other is not found: there is no
 * telling whether it exists.
 */
export const requireMemberOfPath = createMiddleware<HttpEnv>(async (c, next) => {
  const organizationId = c.req.param('organizationId')
  if (organizationId === undefined || FIXED.has(lineOf(c.req.method, c.req.path))) return next()
  try {
    c.set('actor', actorOf(await identify(c, organizationId)))
  } catch (error) {
    if (NotAMember.is(error)) throw OrganizationNotFound()
    throw error
  }
  await next()
})

/** The person who sits there, by their own sign-in: no program, and nobody in their name. */
export const requireOwnSignIn = createMiddleware<HttpEnv>(async (c, next) => {
  requirePerson(await identify(c))
  await next()
})

/** What a super admin may not do in somebody's name (b6 §6.5); behind one of the others. */
export const notWhileImpersonating = createMiddleware<HttpEnv>(async (c, next) => {
  if (c.get('caller')?.impersonation) throw NotWhileImpersonating()
  await next()
})

/** On the identity library's own routes, where nobody was identified yet: a sign-in that is overlaid changes nothing. */
export const ownAccountOnly = createMiddleware<HttpEnv>(async (c, next) => {
  if (readImpersonationCookie(c) !== null && (await identify(c)).impersonation) throw NotWhileImpersonating()
  await next()
})

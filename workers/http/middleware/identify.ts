import { createMiddleware } from 'hono/factory'
import { actorOf, type Caller, identifyCaller } from '#domain/identity'
import type { HttpContext, HttpEnv } from '../context.ts'

async function identify(c: HttpContext): Promise<Caller> {
  const caller = await identifyCaller(c.get('platform'), {
    credentials: {
      authorization: c.req.header('authorization') ?? null,
      cookie: c.req.header('cookie') ?? null,
    },
    organizationId: c.req.header('x-organization-id') ?? null,
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

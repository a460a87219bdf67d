import { Hono } from 'hono'
import { z } from 'zod'
import { readRepositoryCredential } from '#domain/repositories'
import type { HttpContext, HttpEnv } from '../http/context.ts'
import { RequestInvalid, UpgradeRequired } from '../http/errors.ts'
import { askSession, callingSandbox } from './authenticate.ts'
import { loadBlob, storeBlob } from './blobs.ts'
import { NoGitCredential } from './errors.ts'

/** Headers of the upgrade itself; nothing else of the daemon's request reaches the object. */
const UPGRADE_HEADERS = ['upgrade', 'connection', 'sec-websocket-key', 'sec-websocket-version']

const CredentialRequest = z.strictObject({ url: z.url().max(2_000) })

/** What a sandbox may ask of the platform, each with its own token (D3). */
export const sandboxRoutes = new Hono<HttpEnv>()

sandboxRoutes.get('/link', async (c) => {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') throw UpgradeRequired()
  const { sessionId, generation } = await callingSandbox(c)
  const headers = new Headers({ 'x-generation': String(generation) })
  for (const name of UPGRADE_HEADERS) {
    const value = c.req.header(name)
    if (value !== undefined) headers.set(name, value)
  }
  const forwarded = await c.env.SESSION.getByName(sessionId).fetch('https://session/link', { headers })
  // The same object under two names, see the live socket's route.
  return forwarded as unknown as Response
})

sandboxRoutes.get('/bundle', async (c) => {
  const sandbox = await callingSandbox(c)
  const { generation } = sandbox
  return c.json(await askSession(c, sandbox, (session) => session.bundle({ generation })))
})

sandboxRoutes.put('/blobs/*', (c) => withBlobs(c, storeBlob))
sandboxRoutes.get('/blobs/*', (c) => withBlobs(c, loadBlob))

async function withBlobs(c: HttpContext, answer: typeof storeBlob): Promise<Response> {
  return answer(c, await callingSandbox(c))
}

sandboxRoutes.post('/git-credential', async (c) => {
  const sandbox = await callingSandbox(c)
  const body = CredentialRequest.safeParse(await c.req.json().catch(() => null))
  if (!body.success) throw RequestInvalid({ detail: 'Send {"url": "…"}' })
  const { generation } = sandbox
  const scope = await askSession(c, sandbox, (session) => session.sandboxScope({ generation }))
  const credential = await readRepositoryCredential(c.var.platform, { ...scope, url: body.data.url })
  if (!credential) throw NoGitCredential()
  return c.json(credential, 200, { 'cache-control': 'no-store' })
})

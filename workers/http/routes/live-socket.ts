import { authorize, type Caller } from '#domain/identity'
import { findSession, SessionNotFound } from '#domain/sessions'
import { isId } from '#kernel/ids'
import type { Api } from '../context.ts'
import { UpgradeRequired } from '../errors.ts'
import { requireActor } from '../middleware/identify.ts'
import { ownOriginForSockets } from '../middleware/own-origin.ts'

/** Headers of the upgrade itself; nothing else of the client's request reaches the object. */
const UPGRADE_HEADERS = [
  'upgrade',
  'connection',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
]

/** For the audit log, and for what a program's key may not: who really sits there, with which key, and where. */
function behind({ impersonation, apiKey }: Caller, ip: string | null | undefined): Record<string, string> {
  const { adminId = '', expiresAt = '' } = impersonation ?? {}
  return {
    ...(ip ? { 'x-address': ip } : {}),
    ...(impersonation ? { 'x-impersonated-by': adminId, 'x-impersonation-ends-at': expiresAt } : {}),
    ...(apiKey ? { 'x-api-key': JSON.stringify(apiKey) } : {}),
  }
}

/**
 * The live socket of a session. Who the person is was verified here, and is told to the session's object in headers
 * that a client cannot set.
 */
export function serveLiveSocket(api: Api): void {
  api.get('/ws/sessions/:sessionId', ownOriginForSockets, requireActor, async (c) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') throw UpgradeRequired()
    const { actor, caller, platform } = c.var
    const sessionId = c.req.param('sessionId')
    if (!isId(sessionId)) throw SessionNotFound()
    const { createdBy } = await findSession(platform, { actor, sessionId })
    authorize(actor, 'read_content', 'session')
    const headers = new Headers()
    for (const name of UPGRADE_HEADERS) {
      const value = c.req.header(name)
      if (value !== undefined) headers.set(name, value)
    }
    headers.set('x-user-id', actor.userId)
    // Headers are Latin-1, names are not.
    headers.set('x-user-name', encodeURIComponent(actor.userName))
    headers.set('x-role', actor.role)
    if (createdBy === actor.userId) headers.set('x-is-maker', 'true')
    for (const [name, value] of Object.entries(behind(caller, platform.origin?.ip))) headers.set(name, value)
    const forwarded = await c.env.SESSION.getByName(sessionId).fetch('https://session/client', { headers })
    // The same object under two names: with Node's types loaded as well, as for tests, the runtime's class is another
    // type.
    return forwarded as unknown as Response
  })
}

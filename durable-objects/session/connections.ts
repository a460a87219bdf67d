import { z } from 'zod'
import { Role } from '#schema/contracts/common'
import { ApiKeyScope } from '#schema/contracts/scopes'
import { CLOSE } from '#schema/contracts/session-socket'
import { closeSocket } from './clients.ts'
import { acceptLink } from './link.ts'
import { watchMembership } from './membership.ts'
import type { LiveSession } from './live-session.ts'

const ClientHeaders = z.object({
  userId: z.string().min(1),
  userName: z.string(),
  role: Role,
  isMaker: z.boolean(),
  ip: z.string().nullable(),
  impersonatedBy: z.string().nullable(),
  impersonationEndsAt: z.number().nullable(),
  apiKey: z.object({ id: z.string(), scopes: z.array(ApiKeyScope) }).nullable(),
})

/** Answers an upgrade of the Worker: `/client` with who it is, `/link` with the sandbox's generation. */
export function acceptUpgrade(session: LiveSession, request: Request): Response {
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') return new Response('Upgrade', { status: 426 })
  const { pathname } = new URL(request.url)
  const { 0: theirs, 1: ours } = new WebSocketPair()
  if (pathname === '/link') acceptLink(session, ours, Number(request.headers.get('x-generation')))
  else if (pathname === '/client') acceptClient(session, ours, request.headers)
  else return new Response('Not found', { status: 404 })
  return new Response(null, { status: 101, webSocket: theirs })
}

function acceptClient(session: LiveSession, socket: WebSocket, headers: Headers): void {
  const who = ClientHeaders.safeParse({
    userId: headers.get('x-user-id'),
    userName: decoded(headers.get('x-user-name') ?? ''),
    role: headers.get('x-role'),
    isMaker: headers.get('x-is-maker') === 'true',
    ip: headers.get('x-address'),
    impersonatedBy: headers.get('x-impersonated-by'),
    impersonationEndsAt: endOf(headers.get('x-impersonation-ends-at')),
    apiKey: parsed(headers.get('x-api-key')),
  })
  if (!who.success) return refuse(socket, CLOSE.unauthorized, 'Sign in first')
  if (!session.opening) return refuse(socket, CLOSE.notFound, 'There is no such session')
  const connId = session.platform.ids.next()
  if (!session.clients.accept(socket, { connId, ...who.data })) return refuse(socket, 1013, 'Too many connections')
  watchMembership(session)
}

/** A socket that was never taken must be accepted before it can be told why. */
function refuse(socket: WebSocket, code: number, reason: string): void {
  socket.accept()
  closeSocket(socket, code, reason)
}

const endOf = (text: string | null) => (text === null ? null : Date.parse(text))

/** What cannot be read is no key, and so no client either. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return undefined
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

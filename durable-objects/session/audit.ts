import { recordAudit } from '#domain/identity'
import type { Client } from './clients.ts'
import type { LiveSession } from './live-session.ts'

/** What a person did over their socket, for the audit log; nobody waits for it. What they said stays in the session. */
export function audit(
  session: LiveSession,
  client: Client,
  verb: 'prompt' | 'cancel',
  after: Record<string, unknown> | null,
): void {
  const { opening, platform } = session
  if (!opening) return
  const { userId, userName, role, apiKey, impersonatedBy, ip } = client
  const { organizationId, sessionId, title } = opening
  // The socket outlives the request that opened it; only its address stays.
  const origin = { ip, userAgent: null, requestId: null, traceId: opening.traceId }
  const actor = { kind: 'user' as const, userId, userName, organizationId, role, apiKey, impersonatedBy }
  const subject = { kind: 'session', id: sessionId, label: title }
  session.background('audit', recordAudit({ ...platform, origin }, { actor, verb, subject, after }))
}

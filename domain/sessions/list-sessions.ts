import { type Actor, authorize } from '#domain/identity'
import { isId } from '#kernel/ids'
import type { Kernel } from '#kernel/needs'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type Page, pageOf } from '#kernel/page'
import type { Session, SessionStatus } from '#schema/contracts/sessions'
import { SessionNotFound } from './errors.ts'
import { sessionView } from './session.view.ts'
import { findSessionRow, listSessionRows } from './sessions.store.ts'

/** A page of the organization's sessions, newest first; reads the index in Postgres and wakes nothing. */
export async function listSessions(
  needs: Pick<Kernel, 'db'>,
  query: {
    actor: Actor
    cursor?: string | undefined
    limit?: number | undefined
    status?: SessionStatus | undefined
  },
): Promise<Page<Session>> {
  const { actor, ...page } = query
  authorize(actor, 'read', 'session')
  const limit = Math.min(page.limit ?? DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
  const { organizationId } = actor
  return pageOf(await listSessionRows(needs.db, { ...page, organizationId, limit: limit + 1 }), limit, sessionView)
}

/** One session of the organization. Throws `session.not_found`, for another organization's session just the same. */
export async function findSession(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; sessionId: string },
): Promise<Session> {
  const { actor, sessionId } = input
  authorize(actor, 'read', 'session')
  const { organizationId } = actor
  const row = isId(sessionId) ? await findSessionRow(needs.db, { organizationId, sessionId }) : null
  if (!row) throw SessionNotFound()
  return sessionView(row)
}

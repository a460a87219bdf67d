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
    organizationId: string
    cursor?: string | undefined
    limit?: number | undefined
    status?: SessionStatus | undefined
  },
): Promise<Page<Session>> {
  const limit = Math.min(query.limit ?? DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
  return pageOf(await listSessionRows(needs.db, { ...query, limit: limit + 1 }), limit, sessionView)
}

/** One session of the organization. Throws `session.not_found`, for another organization's session just the same. */
export async function findSession(
  needs: Pick<Kernel, 'db'>,
  session: { organizationId: string; sessionId: string },
): Promise<Session> {
  const row = isId(session.sessionId) ? await findSessionRow(needs.db, session) : null
  if (!row) throw SessionNotFound()
  return sessionView(row)
}

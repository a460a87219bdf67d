import type { LiveSessions } from '#domain/identity'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { SessionObjects } from './ports.ts'
import { listLiveSessionIds } from './sessions.store.ts'

/** How many objects are told at once; each looks by itself within a minute anyway. */
const MAX_TOLD = 100
const MAX_ENDED = 1_000
const AT_ONCE = 10

type Needs = Pick<Kernel, 'db' | 'log'> & { sessionObjects: SessionObjects }

/** What running sessions are told about people and organizations. An object that cannot be reached is only logged. */
export function liveSessionsOf(needs: Needs): LiveSessions {
  const forEach = async (ids: string[], name: string, tell: (sessionId: string) => Promise<void>) => {
    for (let first = 0; first < ids.length; first += AT_ONCE) {
      const told = ids.slice(first, first + AT_ONCE).map(async (sessionId) => {
        await tell(sessionId).catch((error: unknown) =>
          needs.log.warn('session.not_told', { name, sessionId, error: describeError(error) }),
        )
      })
      await Promise.all(told)
    }
  }
  return {
    closeMemberSockets: async ({ organizationId, stoppedAdminId }) => {
      const ids = await listLiveSessionIds(needs.db, organizationId, MAX_TOLD)
      await forEach(ids, 'recheck-members', (id) => needs.sessionObjects.get(id).recheckMembers({ stoppedAdminId }))
    },
    endSessions: async ({ organizationId }) => {
      const ids = await listLiveSessionIds(needs.db, organizationId, MAX_ENDED)
      const end = { status: 'stopped', outcome: 'canceled', reason: 'The organization was deleted' } as const
      await forEach(ids, 'end', (id) => needs.sessionObjects.get(id).terminate(end))
    },
  }
}

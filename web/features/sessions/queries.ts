import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Session, SessionStatus } from '#schema/contracts/sessions'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

/** b8 §8.5: often while something works, seldom otherwise; never while the tab is hidden. */
const ACTIVE_MS = 5_000
const QUIET_MS = 30_000

const ACTIVE: readonly SessionStatus[] = ['pending', 'starting', 'running']

export const sessionListQuery = (organizationId: string, status: SessionStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [organizationId, 'sessions', { status }],
    queryFn: ({ pageParam, signal }) =>
      call(endpoints.sessions.list, { query: { status, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: ({ state }) => {
      return state.data?.pages.some((page) => page.items.some(isActive)) ? ACTIVE_MS : QUIET_MS
    },
  })

export const sessionQuery = (organizationId: string, sessionId: string) =>
  queryOptions({
    queryKey: [organizationId, 'session', sessionId],
    queryFn: ({ signal }) => call(endpoints.sessions.show, { params: { sessionId }, signal }),
  })

/** What a session can be started on. More than this belongs behind a search. */
const REPOSITORIES_SHOWN = 100

export const repositoriesQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'repositories'],
    queryFn: ({ signal }) => call(endpoints.repositories.list, { query: { limit: REPOSITORIES_SHOWN }, signal }),
  })

function isActive(session: Session): boolean {
  return ACTIVE.includes(session.status)
}

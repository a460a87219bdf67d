import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Member } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

const SHOWN = 50

export const memberListQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: [organizationId, 'members', 'list'],
    queryFn: ({ pageParam: cursor, signal }) =>
      call(endpoints.members.list, { params: { organizationId }, query: { limit: SHOWN, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

/** How much a choice among members fetches; a larger organization chooses among its oldest thousand. */
const PAGE = 100
const MAX_PAGES = 10

/** All members, for a choice among them. */
export const everyMemberQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'members', 'all'],
    queryFn: async ({ signal }) => {
      const all: Member[] = []
      let cursor: string | undefined
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const query = { limit: PAGE, cursor }
        const page = await call(endpoints.members.list, { params: { organizationId }, query, signal })
        all.push(...page.items)
        if (page.nextCursor === null) break
        cursor = page.nextCursor
      }
      return all
    },
  })

export const invitationsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'invitations'],
    queryFn: ({ signal }) => call(endpoints.invitations.list, { params: { organizationId }, signal }),
  })

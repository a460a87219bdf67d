import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import type { AuditFilter } from '#schema/contracts/audit'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

/** Names every list of people, whatever was searched. */
export const EVERY_ADMIN_USER = ['admin', 'users'] as const

/** Everybody with an account, or those that a part of a name, an address or an id finds. */
export const adminUsersQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: [...EVERY_ADMIN_USER, q],
    queryFn: ({ pageParam, signal }) => call(endpoints.admin.users, { query: { q, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  })

export const adminOrganizationsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'organizations', q],
    queryFn: ({ pageParam, signal }) => call(endpoints.admin.organizations, { query: { q, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  })

/** What was done that belongs to no organization. */
export const adminAuditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'audit', filter],
    queryFn: ({ pageParam: cursor, signal }) => call(endpoints.admin.audit, { query: { ...filter, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

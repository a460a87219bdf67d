import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Run, RunStatus } from '#schema/contracts/runs'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { hasEnded } from './run-stages.ts'

const ACTIVE_MS = 3_000
const QUIET_MS = 30_000

export const runListQuery = (organizationId: string, status: RunStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [organizationId, 'runs', { status }],
    queryFn: ({ pageParam, signal }) => call(endpoints.runs.list, { query: { status, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: ({ state }) => {
      return state.data?.pages.some((page) => page.items.some(isActive)) ? ACTIVE_MS : QUIET_MS
    },
  })

/** How many of its last runs the page of an automation shows. */
const LAST_RUNS = 10

export const lastRunsQuery = (organizationId: string, automationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'runs', 'last', automationId],
    queryFn: ({ signal }) => call(endpoints.runs.list, { query: { automationId, limit: LAST_RUNS }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isActive) ? ACTIVE_MS : QUIET_MS),
  })

export const runQuery = (organizationId: string, runId: string) =>
  queryOptions({
    queryKey: [organizationId, 'run', runId],
    queryFn: ({ signal }) => call(endpoints.runs.show, { params: { runId }, signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isActive(state.data) ? ACTIVE_MS : false),
  })

/** Asked for again whenever the run itself has moved: `status` is part of the key. */
export const runEventsQuery = (organizationId: string, run: Pick<Run, 'id' | 'status'>) =>
  queryOptions({
    queryKey: [organizationId, 'run', run.id, 'events', run.status],
    queryFn: ({ signal }) => call(endpoints.runs.events, { params: { runId: run.id }, signal }),
    placeholderData: (previous) => previous,
  })

function isActive(run: Run): boolean {
  return !hasEnded(run)
}

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Integration } from '#schema/contracts/integrations'
import type { Schedule } from '#schema/contracts/schedules'
import type { TriggerListItem, TriggerProvider, WebhookEndpoint } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

const QUIET_MS = 30_000
const ACTIVE_MS = 15_000
/** What exists is code, and changes with a deployment. */
const PROVIDERS_FRESH_MS = 10 * 60_000

/** How much a choice among all fetches: a thousand. */
const PAGE = 100
const MAX_PAGES = 10

interface PageOf<Item> {
  items: Item[]
  nextCursor: string | null
}

async function everyPage<Item>(load: (cursor: string | undefined) => Promise<PageOf<Item>>): Promise<Item[]> {
  const all: Item[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await load(cursor)
    all.push(...page.items)
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  return all
}

export const automationListQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: [organizationId, 'automations', 'list'],
    queryFn: ({ pageParam, signal }) => call(endpoints.automations.list, { query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: QUIET_MS,
  })

/** One automation, with the tag that an edit names. */
export const automationQuery = (organizationId: string, automationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'automations', 'one', automationId],
    queryFn: ({ signal }) => call.tagged(endpoints.automations.show, { params: { automationId }, signal }),
  })

/** Everything that starts one automation, or any. */
export const whenQuery = (organizationId: string, automationId?: string) =>
  queryOptions({
    queryKey: [organizationId, 'automations', 'when', automationId ?? 'all'],
    queryFn: ({ signal }): Promise<TriggerListItem[]> =>
      everyPage((cursor) => call(endpoints.triggers.list, { query: { automationId, cursor, limit: PAGE }, signal })),
    refetchInterval: ACTIVE_MS,
  })

/** One of them, with the tag that an edit names. */
export const whenItemQuery = (organizationId: string, triggerId: string) =>
  queryOptions({
    queryKey: [organizationId, 'automations', 'when-item', triggerId],
    queryFn: ({ signal }) => call.tagged(endpoints.triggers.show, { params: { triggerId }, signal }),
    staleTime: 0,
    gcTime: 0,
  })

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: ({ signal }) => call(endpoints.providers.list, { signal }),
  staleTime: PROVIDERS_FRESH_MS,
})

export const integrationsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'integrations'],
    queryFn: ({ signal }): Promise<Integration[]> =>
      everyPage((cursor) => call(endpoints.integrations.list, { query: { cursor, limit: PAGE }, signal })),
  })

export const endpointsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'webhook-endpoints'],
    queryFn: ({ signal }): Promise<WebhookEndpoint[]> =>
      everyPage((cursor) => call(endpoints.webhookEndpoints.list, { query: { cursor, limit: PAGE }, signal })),
  })

/** When an expression fires next. */
export const firingsQuery = (schedule: Pick<Schedule, 'cronExpression' | 'timezone'>) =>
  queryOptions({
    queryKey: ['schedule-preview', schedule],
    queryFn: ({ signal }) => call(endpoints.schedules.preview, { body: { ...schedule, count: 5 }, signal }),
    enabled: schedule.cronExpression.trim() !== '' && schedule.timezone.trim() !== '',
    retry: false,
  })

const RECENT = 20

/** What a service sent of late. */
export const recentDeliveriesQuery = (organizationId: string, provider: TriggerProvider) =>
  queryOptions({
    queryKey: [organizationId, 'deliveries', 'recent', provider],
    queryFn: ({ signal }) => call(endpoints.deliveries.list, { query: { provider, limit: RECENT }, signal }),
  })

/** What the automations are called, by their id. */
export const automationNamesQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'automations', 'names'],
    queryFn: async ({ signal }) => {
      const all = await everyPage((cursor) => {
        return call(endpoints.automations.list, { query: { cursor, limit: PAGE }, signal })
      })
      return new Map(all.map(({ id, name }) => [id, name]))
    },
  })

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Delivery, DeliveryFilter } from '#schema/contracts/deliveries'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

const ACTIVE_MS = 3_000
const NEWEST_MS = 10_000
const PAGE_MOST = 100

/** What a list shows stays where it is until the person asks for more: see `newestDeliveriesQuery`. */
export const deliveryListQuery = (organizationId: string, filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: [organizationId, 'deliveries', 'list', filter],
    queryFn: ({ pageParam: cursor, signal }) =>
      call(endpoints.deliveries.list, { query: { ...filter, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** The first page, asked for again and again while somebody looks at it: what came meanwhile, and how rows stand. */
export const newestDeliveriesQuery = (organizationId: string, filter: DeliveryFilter) =>
  queryOptions({
    queryKey: [organizationId, 'deliveries', 'newest', filter],
    queryFn: ({ signal }) => call(endpoints.deliveries.list, { query: filter, signal }),
    refetchInterval: NEWEST_MS,
  })

export const deliveryQuery = (organizationId: string, deliveryId: string) =>
  queryOptions({
    queryKey: [organizationId, 'delivery', deliveryId],
    queryFn: ({ signal }) => call(endpoints.deliveries.show, { params: { deliveryId }, signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data) ? ACTIVE_MS : false),
  })

/** How many ended deliveries fit that are no replays themselves; it stops counting above `most`. */
export async function countReplayable(filter: DeliveryFilter, most: number, signal: AbortSignal): Promise<number> {
  let count = 0
  let cursor: string | undefined
  do {
    const query = { ...filter, cursor, limit: PAGE_MOST }
    const page = await call(endpoints.deliveries.list, { query, signal })
    count += page.items.filter((delivery) => !isOpen(delivery) && delivery.ingress !== 'replay').length
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && count <= most)
  return count
}

export function isOpen(delivery: Pick<Delivery, 'status'>): boolean {
  return delivery.status === 'queued' || delivery.status === 'processing'
}

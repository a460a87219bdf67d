import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Delivery, DeliveryStatus } from '#schema/contracts/deliveries'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

const ACTIVE_MS = 3_000
const QUIET_MS = 15_000

export const deliveryListQuery = (organizationId: string, status: DeliveryStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [organizationId, 'deliveries', { status }],
    queryFn: ({ pageParam, signal }) =>
      call(endpoints.deliveries.list, { query: { status, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.items.some(isOpen)) ? ACTIVE_MS : QUIET_MS),
  })

export const deliveryQuery = (organizationId: string, deliveryId: string) =>
  queryOptions({
    queryKey: [organizationId, 'delivery', deliveryId],
    queryFn: ({ signal }) => call(endpoints.deliveries.show, { params: { deliveryId }, signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data) ? ACTIVE_MS : false),
  })

function isOpen(delivery: Delivery): boolean {
  return delivery.status === 'queued' || delivery.status === 'processing'
}

import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { InfiniteData } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Delivery, DeliveryFilter } from '#schema/contracts/deliveries'
import { deliveryListQuery, newestDeliveriesQuery } from './queries.ts'

interface DeliveryPage {
  items: Delivery[]
  nextCursor: string | null
}
type Shown = InfiniteData<DeliveryPage, unknown>

/** How a list stands now: the rows it has, where they changed meanwhile, and how many came on top of them. */
export interface Newest {
  data: Shown | undefined
  /** New rows; with `more`, at least so many. */
  fresh: number
  more: boolean
  show: () => void
}

/** Follows the top of a list without moving what is shown; a list that shows nothing takes what comes at once. */
export function useNewest(
  organizationId: string,
  filter: DeliveryFilter,
  list: { data: Shown | undefined; dataUpdatedAt: number },
): Newest {
  const queryClient = useQueryClient()
  const { data: asked, dataUpdatedAt } = useQuery({
    ...newestDeliveriesQuery(organizationId, filter),
    enabled: list.data !== undefined,
  })
  const newest = dataUpdatedAt > list.dataUpdatedAt ? asked : undefined
  const come = list.data === undefined || newest === undefined ? [] : comeSince(list.data, newest)
  const show = () => {
    const { queryKey } = deliveryListQuery(organizationId, filter)
    if (newest !== undefined) queryClient.setQueryData(queryKey, { pages: [newest], pageParams: [undefined] })
  }
  const isFirst = come.length > 0 && list.data?.pages[0]?.items.length === 0
  useEffect(() => {
    if (isFirst) show()
  })
  return {
    data: list.data === undefined || newest === undefined ? list.data : withChanges(list.data, newest.items),
    fresh: isFirst ? 0 : come.length,
    more: newest !== undefined && newest.nextCursor !== null && come.length === newest.items.length,
    show,
  }
}

/** Ids grow with time. */
function comeSince(shown: Shown, newest: DeliveryPage): Delivery[] {
  const top = shown.pages[0]?.items[0]
  return newest.items.filter(({ id }) => top === undefined || id > top.id)
}

function withChanges(shown: Shown, changed: readonly Delivery[]): Shown {
  const now = new Map(changed.map((delivery) => [delivery.id, delivery]))
  const pages = shown.pages.map((page) => ({ ...page, items: page.items.map((row) => now.get(row.id) ?? row) }))
  return { ...shown, pages }
}

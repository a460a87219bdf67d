import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowUp } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { Button } from '../../ui/button.tsx'
import { counted } from '../../ui/format.ts'
import { List } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useOrganizationId } from '../identity/me.ts'
import { countFilters, filterOf } from './deliveries-search.ts'
import type { DeliveriesSearch } from './deliveries-search.ts'
import { DELIVERY_COLUMNS } from './delivery-columns.tsx'
import { DeliveryFilters } from './delivery-filters.tsx'
import { FirstWebhook } from './first-webhook.tsx'
import { deliveryListQuery } from './queries.ts'
import { ReplayRange } from './replay-range.tsx'
import { useNewest } from './use-newest.ts'
import type { Newest } from './use-newest.ts'

interface DeliveriesPageProps {
  search: DeliveriesSearch
  onSearch: (search: DeliveriesSearch) => void
}

export function DeliveriesPage({ search, onSearch }: DeliveriesPageProps) {
  const organizationId = useOrganizationId()
  // A stretch that ends now begins when it is chosen: a filter that moved would load the list again and again.
  const filter = useMemo(() => filterOf(search, Date.now()), [search])
  const query = useInfiniteQuery(deliveryListQuery(organizationId, filter))
  const newest = useNewest(organizationId, filter, query)
  const body = useRef<HTMLDivElement>(null)
  useTitle('Deliveries')
  const deliveries = newest.data?.pages.flatMap((page) => page.items) ?? []
  const isEmpty = newest.data !== undefined && deliveries.length === 0 && countFilters(search) === 0
  const header = (
    <PageHeader title="Deliveries">
      {isEmpty ? null : <ReplayRange filter={filter} onReplayed={() => body.current?.scrollIntoView()} />}
    </PageHeader>
  )
  const showNewest = () => {
    newest.show()
    body.current?.scrollIntoView()
  }
  return (
    <Page header={header}>
      <div ref={body}>
        <DeliveryFilters search={search} onSearch={onSearch} deliveries={deliveries} />
        <NewDeliveries newest={newest} onShow={showNewest} />
        <List
          label="Deliveries"
          query={{ ...query, data: newest.data }}
          columns={DELIVERY_COLUMNS}
          empty={<NothingHere search={search} onSearch={onSearch} />}
        />
      </div>
    </Page>
  )
}

function NewDeliveries({ newest, onShow }: { newest: Newest; onShow: () => void }) {
  const { fresh, more } = newest
  return (
    <div role="status" className="pointer-events-none sticky top-0 z-10 h-0">
      {fresh === 0 ? null : (
        <div className="grid justify-center pt-2">
          <Button look="primary" size="small" className="pointer-events-auto rounded-full shadow-lg" onClick={onShow}>
            <ArrowUp aria-hidden />
            {more ? `${fresh}+ new deliveries` : counted(fresh, 'new delivery', 'new deliveries')}
          </Button>
        </div>
      )}
    </div>
  )
}

function NothingHere({ search, onSearch }: DeliveriesPageProps) {
  if (countFilters(search) === 0) return <FirstWebhook />
  return (
    <EmptyState title="No delivery fits the filter" action={<Button onClick={() => onSearch({})}>Clear all</Button>}>
      Only verified deliveries are kept, for 7 days after processing.
    </EmptyState>
  )
}

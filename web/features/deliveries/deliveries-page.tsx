import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { DeliveryStatus } from '#schema/contracts/deliveries'
import type { Delivery } from '#schema/contracts/deliveries'
import { Button } from '../../ui/button.tsx'
import { List, ROW_LINK } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusFilter } from '../../ui/status-filter.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { useOrganizationId } from '../identity/me.ts'
import { DeliveryStatusBadge, deliveryStatusLabel, providerName } from './delivery-status.tsx'
import { outcomeInWords } from './outcome-words.ts'
import { deliveryListQuery } from './queries.ts'

const COLUMNS: readonly Column<Delivery>[] = [
  { name: 'Event', cell: (delivery) => <EventCell delivery={delivery} />, className: 'md:w-56' },
  { name: 'Status', cell: ({ status }) => <DeliveryStatusBadge status={status} />, className: 'w-28 md:w-30' },
  {
    name: 'Outcome',
    cell: (delivery) => <p className="truncate text-sm text-ink-soft">{outcomeInWords(delivery)}</p>,
    className: 'hidden md:table-cell',
  },
  {
    name: 'Delivery id',
    cell: ({ deliveryId }) => (
      <p className="truncate font-mono text-xs text-ink-faint" title={deliveryId}>
        {deliveryId}
      </p>
    ),
    className: 'hidden w-44 xl:table-cell',
  },
  {
    name: 'Received',
    cell: ({ receivedAt }) => <Ago at={receivedAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-28 text-right md:table-cell',
  },
]

function EventCell({ delivery }: { delivery: Delivery }) {
  return (
    <div className="min-w-0">
      <p className="flex items-baseline gap-2">
        <Link
          to="/dashboard/deliveries/$deliveryId"
          params={{ deliveryId: delivery.id }}
          data-row
          className={`${ROW_LINK} min-w-0 truncate font-mono text-xs`}
        >
          {delivery.eventType}
        </Link>
        <span className="shrink-0 text-xs text-ink-faint">{providerName(delivery.provider)}</span>
      </p>
      <p className="flex gap-2 text-xs text-ink-faint md:hidden">
        <Ago at={delivery.receivedAt} className="shrink-0" />
        <span className="truncate">{outcomeInWords(delivery)}</span>
      </p>
    </div>
  )
}

export function DeliveriesPage(props: {
  status: DeliveryStatus | undefined
  onStatus: (status: DeliveryStatus | undefined) => void
}) {
  const { status, onStatus } = props
  const query = useInfiniteQuery(deliveryListQuery(useOrganizationId(), status))
  useTitle('Deliveries')
  const header = (
    <PageHeader title="Deliveries">
      <StatusFilter
        value={status}
        statuses={DeliveryStatus.options}
        labelOf={deliveryStatusLabel}
        onChange={onStatus}
      />
    </PageHeader>
  )
  const empty =
    status === undefined ? (
      <EmptyState title="Nothing was delivered yet">
        Every webhook with a valid signature is kept here, with what became of it and why.
      </EmptyState>
    ) : (
      <EmptyState
        title="No delivery has this status"
        action={<Button onClick={() => onStatus(undefined)}>Show all</Button>}
      />
    )
  return (
    <Page header={header}>
      <List label="Deliveries" query={query} columns={COLUMNS} empty={empty} />
    </Page>
  )
}

import { Link } from '@tanstack/react-router'
import type { Delivery } from '#schema/contracts/deliveries'
import { StateBadge, Tag } from '../../ui/badge.tsx'
import { ROW_LINK } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Ago } from '../../ui/time.tsx'
import { isOpen } from './queries.ts'
import { providerName, toneOf } from './delivery-status.tsx'
import { aboutOf, outcomeInWords } from './outcome-words.ts'

/** Who sent what, what it was about, what became of it, when. */
export const DELIVERY_COLUMNS: readonly Column<Delivery>[] = [
  { name: 'Event', cell: (delivery) => <EventCell delivery={delivery} />, className: 'md:w-64' },
  {
    name: 'About',
    cell: (delivery) => <p className="truncate text-sm text-ink-soft">{aboutOf(delivery) ?? '–'}</p>,
    className: 'hidden lg:table-cell',
  },
  {
    name: 'Result',
    cell: (delivery) => <Result delivery={delivery} />,
    className: 'hidden md:table-cell',
  },
  {
    name: 'Received',
    cell: ({ receivedAt }) => <Ago at={receivedAt} className="text-sm whitespace-nowrap text-ink-faint" />,
    className: 'w-24 text-right md:w-28',
  },
]

/** With what has no column of its own on narrower screens. */
function EventCell({ delivery }: { delivery: Delivery }) {
  const about = aboutOf(delivery)
  return (
    <div className="min-w-0">
      <p className="flex items-center gap-2">
        <Link
          to="/dashboard/deliveries/$deliveryId"
          params={{ deliveryId: delivery.id }}
          data-row
          className={`${ROW_LINK} min-w-0 truncate font-mono text-xs`}
        >
          {delivery.eventType}
        </Link>
        <span className="shrink-0 text-xs text-ink-faint">{providerName(delivery.provider)}</span>
        {delivery.replayOf === null ? null : <Tag>Replay</Tag>}
      </p>
      {about === null ? null : <p className="truncate text-sm text-ink-soft lg:hidden">{about}</p>}
      <div className="md:hidden">
        <Result delivery={delivery} />
      </div>
    </div>
  )
}

function Result({ delivery }: { delivery: Delivery }) {
  const words = outcomeInWords(delivery)
  return (
    <div className="grid grid-cols-[minmax(0,max-content)]" title={words}>
      <StateBadge tone={toneOf(delivery)} open={isOpen(delivery)}>
        <span className="truncate">{words}</span>
      </StateBadge>
    </div>
  )
}

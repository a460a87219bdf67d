import { Link } from '@tanstack/react-router'
import type { DeliveryDetail } from '#schema/contracts/deliveries'
import { formatMoment } from '../../ui/format.ts'
import { Section } from '../../ui/page.tsx'
import { RunStatusBadge } from '../runs/run-status.tsx'
import { DeliveryStatusBadge } from './delivery-status.tsx'

const ROW = 'flex flex-wrap items-center gap-x-4 gap-y-1 px-3.5 py-2 text-sm'
const LINK = 'min-w-0 flex-1 truncate font-medium hover:underline underline-offset-3'

/** The runs that it started, besides those that its decisions lead to. */
export function RunsOf({ delivery }: { delivery: DeliveryDetail }) {
  const decided = delivery.outcome?.decisions.map(({ runId }) => runId) ?? []
  const runs = delivery.runs.filter(({ id }) => !decided.includes(id))
  if (runs.length === 0) return null
  return (
    <Section title="Runs">
      <ul aria-label="Runs" className="divide-y divide-line rounded-lg border border-line">
        {runs.map(({ id, status, title }) => (
          <li key={id} className={ROW}>
            <Link to="/dashboard/runs/$runId" params={{ runId: id }} className={LINK}>
              {title}
            </Link>
            <RunStatusBadge status={status} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** What it was repeated as. */
export function ReplaysOf({ delivery }: { delivery: DeliveryDetail }) {
  if (delivery.replays.length === 0) return null
  return (
    <Section title="Replays">
      <ul aria-label="Replays" className="divide-y divide-line rounded-lg border border-line">
        {delivery.replays.map(({ id, status, receivedAt }) => (
          <li key={id} className={ROW}>
            <Link to="/dashboard/deliveries/$deliveryId" params={{ deliveryId: id }} className={LINK}>
              {formatMoment(receivedAt)}
            </Link>
            <DeliveryStatusBadge status={status} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

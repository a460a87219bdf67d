import type { DeliveryStatus } from '#schema/contracts/deliveries'
import { StateBadge } from '../../ui/badge.tsx'
import type { Tone } from '../../ui/badge.tsx'

const STATUSES: Record<DeliveryStatus, { label: string; tone: Tone; open?: boolean }> = {
  queued: { label: 'Queued', tone: 'plain', open: true },
  processing: { label: 'Processing', tone: 'busy', open: true },
  completed: { label: 'Completed', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
}

export const deliveryStatusLabel = (status: DeliveryStatus) => STATUSES[status].label

export function DeliveryStatusBadge({ status }: { status: DeliveryStatus }) {
  const { label, tone, open = false } = STATUSES[status]
  return (
    <StateBadge tone={tone} open={open}>
      {label}
    </StateBadge>
  )
}

const PROVIDERS: Record<string, string> = { github: 'GitHub' }

export const providerName = (provider: string) => PROVIDERS[provider] ?? provider

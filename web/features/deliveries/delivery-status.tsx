import type { Delivery, DeliveryDetail, DeliveryResult, DeliveryStatus } from '#schema/contracts/deliveries'
import type { TriggerProvider } from '#schema/contracts/triggers'
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

/** The colour of a row: green only where something was started. */
export function toneOf({ status, outcome }: Delivery): Tone {
  if (status !== 'completed') return STATUSES[status].tone
  return (outcome?.created ?? 0) > 0 ? 'good' : 'plain'
}

export const RESULT_LABELS: Record<DeliveryResult, string> = {
  started: 'Started a run',
  duplicate: 'Seen before',
  not_matched: 'Matched nothing',
  failed: 'Failed',
}

/** Who sends webhooks, for people. */
export const SENDERS: Partial<Record<TriggerProvider, string>> = {
  github: 'GitHub',
  linear: 'Linear',
  sentry: 'Sentry',
  jira: 'Jira',
  slack: 'Slack',
  posthog: 'PostHog',
  custom: 'Custom webhook',
}
const NAMES: Record<string, string> = SENDERS

export const providerName = (provider: string) => NAMES[provider] ?? provider

/** How it came in, in words. */
export const INGRESSES: Record<Delivery['ingress'], string> = {
  endpoint: 'At a webhook address of this organization',
  app: 'At the app’s webhook address',
  nango: 'Forwarded by Nango',
  replay: 'Replayed from this ledger',
}

/** What made it credible, in words. */
export const VERIFICATIONS: Record<DeliveryDetail['verification'], string> = {
  signature: 'Signed with the current secret',
  previous_secret: 'Signed with the secret from before the last rotation',
  unsigned: 'Not signed: this address takes deliveries without a signature',
}

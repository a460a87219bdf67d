import type { Integration, IntegrationStatus } from '#schema/contracts/integrations'
import { StateBadge } from '../../ui/badge.tsx'
import type { Tone } from '../../ui/badge.tsx'
import { formatUntil } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'

const STATUSES: Record<IntegrationStatus, { label: string; tone: Tone }> = {
  active: { label: 'Connected', tone: 'good' },
  expired: { label: 'Expired', tone: 'bad' },
  revoked: { label: 'Revoked', tone: 'bad' },
  deleted: { label: 'Removed', tone: 'bad' },
  suspended: { label: 'Suspended', tone: 'warn' },
}

const STEP_MS = 5_000

/** How a connection is; one that the service asked for patience says for how long. */
export function ConnectionStatus({ integration }: { integration: Integration }) {
  const { status, rateLimitedUntil } = integration
  const now = useNow(STEP_MS)
  const left = rateLimitedUntil === null ? null : formatUntil(rateLimitedUntil, now)
  if (status === 'active' && left !== null) return <StateBadge tone="warn">Rate limit, {left}</StateBadge>
  return <StateBadge tone={STATUSES[status].tone}>{STATUSES[status].label}</StateBadge>
}

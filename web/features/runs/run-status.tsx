import type { RunStatus } from '#schema/contracts/runs'
import { StateBadge } from '../../ui/badge.tsx'
import type { Tone } from '../../ui/badge.tsx'

const STATUSES: Record<RunStatus, { label: string; tone: Tone; open?: boolean }> = {
  queued: { label: 'Queued', tone: 'plain', open: true },
  enriching: { label: 'Enriching', tone: 'busy', open: true },
  ready: { label: 'Ready', tone: 'busy', open: true },
  running: { label: 'Running', tone: 'busy' },
  succeeded: { label: 'Succeeded', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  needs_human: { label: 'Needs a person', tone: 'warn' },
  timed_out: { label: 'Timed out', tone: 'bad' },
  canceled: { label: 'Canceled', tone: 'plain' },
  skipped: { label: 'Skipped', tone: 'plain' },
}

export const runStatusLabel = (status: RunStatus) => STATUSES[status].label

export function RunStatusBadge({ status }: { status: RunStatus }) {
  const { label, tone, open = false } = STATUSES[status]
  return (
    <StateBadge tone={tone} open={open}>
      {label}
    </StateBadge>
  )
}

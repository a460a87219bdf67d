import type { ClientType, Session, SessionOutcome, SessionStatus } from '#schema/contracts/sessions'
import { StateBadge, Tag } from '../../ui/badge.tsx'
import type { Tone } from '../../ui/badge.tsx'

const STATUSES: Record<SessionStatus, { label: string; tone: Tone; open?: boolean }> = {
  pending: { label: 'Waiting', tone: 'plain', open: true },
  starting: { label: 'Starting', tone: 'busy', open: true },
  running: { label: 'Running', tone: 'busy' },
  paused: { label: 'Paused', tone: 'plain' },
  stopped: { label: 'Ended', tone: 'plain' },
  failed: { label: 'Failed', tone: 'bad' },
}

export const OUTCOMES: Record<SessionOutcome, { label: string; tone: Tone }> = {
  completed: { label: 'Completed', tone: 'good' },
  succeeded: { label: 'Succeeded', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  needs_human: { label: 'Needs a person', tone: 'warn' },
  canceled: { label: 'Canceled', tone: 'plain' },
}

export const sessionStatusLabel = (status: SessionStatus) => STATUSES[status].label

/** Where a session stands: once it rests, its outcome says more than that it rests. */
export function SessionStatusBadge({ session }: { session: Pick<Session, 'status' | 'outcome'> }) {
  const rests = session.status === 'stopped' || session.status === 'paused'
  const { label, tone, open = false } =
    rests && session.outcome !== null ? { ...OUTCOMES[session.outcome], open: false } : STATUSES[session.status]
  return (
    <StateBadge tone={tone} open={open}>
      {label}
    </StateBadge>
  )
}

const ORIGINS: Record<ClientType, string> = {
  automation: 'Automation',
  slack: 'Slack',
  cli: 'CLI',
  web: 'Manual',
  api: 'API',
  job: 'Job',
}

export function OriginTag({ clientType }: { clientType: ClientType }) {
  return <Tag>{ORIGINS[clientType]}</Tag>
}

import { Link } from '@tanstack/react-router'
import { GitBranch, GitFork } from 'lucide-react'
import type { Session } from '#schema/contracts/sessions'
import { buttonStyles } from '../../ui/button.tsx'
import { Copyable } from '../../ui/copy.tsx'
import { DetailHeader } from '../../ui/page.tsx'
import { OriginTag, SessionStatusBadge } from './session-status.tsx'

export function SessionHeader({ session, branch }: { session: Session; branch: string | null }) {
  const facts = (
    <>
      <OriginTag clientType={session.clientType} />
      {session.repositoryName === null ? null : (
        <span className="flex min-w-0 items-center gap-1.5">
          <GitFork aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
          <span className="truncate font-mono text-xs">{session.repositoryName}</span>
        </span>
      )}
      {branch === null ? null : (
        <span className="flex min-w-0 items-center gap-1.5">
          <GitBranch aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
          <Copyable text={branch} name="branch" />
        </span>
      )}
    </>
  )
  return (
    <DetailHeader
      parent={{ to: '/dashboard/sessions', label: 'Sessions' }}
      title={session.title}
      state={<SessionStatusBadge session={session} />}
      facts={facts}
    >
      {session.runId === null ? null : (
        <Link to="/dashboard/runs/$runId" params={{ runId: session.runId }} className={buttonStyles({ size: 'small' })}>
          View run
        </Link>
      )}
    </DetailHeader>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { SessionStatus } from '#schema/contracts/sessions'
import type { Session } from '#schema/contracts/sessions'
import { Button } from '../../ui/button.tsx'
import { List, ROW_LINK } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusFilter } from '../../ui/status-filter.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { NewSessionDialog } from './new-session-dialog.tsx'
import { sessionListQuery } from './queries.ts'
import { OriginTag, SessionStatusBadge, sessionStatusLabel } from './session-status.tsx'

const COLUMNS: readonly Column<Session>[] = [
  { name: 'Title', cell: (session) => <TitleCell session={session} /> },
  { name: 'Status', cell: (session) => <SessionStatusBadge session={session} />, className: 'w-34 md:w-36' },
  {
    name: 'Repository',
    cell: ({ repositoryName }) => <p className="truncate font-mono text-xs text-ink-soft">{repositoryName ?? '–'}</p>,
    className: 'hidden w-56 lg:table-cell',
  },
  {
    name: 'Origin',
    cell: ({ clientType }) => <OriginTag clientType={clientType} />,
    className: 'hidden w-28 md:table-cell',
  },
  {
    name: 'Last activity',
    cell: (session) => <Ago at={session.lastActivityAt ?? session.createdAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-30 text-right md:table-cell',
  },
]

function TitleCell({ session }: { session: Session }) {
  return (
    <div className="min-w-0">
      <p className="truncate">
        <Link to="/workspace/$sessionId" params={{ sessionId: session.id }} data-row className={ROW_LINK}>
          {session.title}
        </Link>
      </p>
      <p className="flex gap-2 truncate text-xs text-ink-faint md:hidden">
        <Ago at={session.lastActivityAt ?? session.createdAt} className="shrink-0" />
        <span className="truncate font-mono">{session.repositoryName}</span>
      </p>
    </div>
  )
}

export function SessionsPage(props: {
  status: SessionStatus | undefined
  onStatus: (status: SessionStatus | undefined) => void
}) {
  const { status, onStatus } = props
  const query = useInfiniteQuery(sessionListQuery(useOrganizationId(), status))
  const [creating, setCreating] = useState(false)
  const mayCreate = useMay('sessions:create')
  useTitle('Sessions')
  const create = mayCreate ? (
    <Button look="primary" size="small" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      New session
    </Button>
  ) : null
  const header = (
    <PageHeader title="Sessions">
      <StatusFilter
        value={status}
        statuses={SessionStatus.options}
        labelOf={sessionStatusLabel}
        onChange={onStatus}
      />
      {create}
    </PageHeader>
  )
  return (
    <Page header={header}>
      <List
        label="Sessions"
        query={query}
        columns={COLUMNS}
        empty={<NoSessions status={status} onShowAll={() => onStatus(undefined)} action={create} />}
      />
      <NewSessionDialog open={creating} onOpenChange={setCreating} />
    </Page>
  )
}

function NoSessions(props: { status: SessionStatus | undefined; onShowAll: () => void; action: ReactNode }) {
  if (props.status !== undefined) {
    return (
      <EmptyState title="No session has this status" action={<Button onClick={props.onShowAll}>Show all</Button>} />
    )
  }
  return (
    <EmptyState title="No sessions yet" action={props.action}>
      A session is one agent at work on one repository, in a sandbox of its own. Automations start them by themselves.
    </EmptyState>
  )
}

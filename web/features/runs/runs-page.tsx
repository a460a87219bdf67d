import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RunStatus } from '#schema/contracts/runs'
import type { Run } from '#schema/contracts/runs'
import { Button } from '../../ui/button.tsx'
import { formatDuration } from '../../ui/format.ts'
import { List, ROW_LINK } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusFilter } from '../../ui/status-filter.tsx'
import { Ago, Elapsed } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { useOrganizationId } from '../identity/me.ts'
import { runListQuery } from './queries.ts'
import { runDurationMs } from './run-stages.ts'
import { RunStatusBadge, runStatusLabel } from './run-status.tsx'
import { StageBar } from './stage-progress.tsx'

const COLUMNS: readonly Column<Run>[] = [
  { name: 'Event', cell: (run) => <EventCell run={run} /> },
  { name: 'Status', cell: ({ status }) => <RunStatusBadge status={status} />, className: 'w-34 md:w-36' },
  {
    name: 'Automation',
    cell: ({ automationName }) => <p className="truncate text-sm text-ink-soft">{automationName}</p>,
    className: 'hidden w-52 lg:table-cell',
  },
  { name: 'Stages', cell: (run) => <StageBar run={run} />, className: 'hidden w-32 md:table-cell' },
  {
    name: 'Duration',
    cell: (run) => <Duration run={run} />,
    className: 'hidden w-28 text-right md:table-cell',
  },
  {
    name: 'Queued',
    cell: ({ queuedAt }) => <Ago at={queuedAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-28 text-right md:table-cell',
  },
]

function EventCell({ run }: { run: Run }) {
  return (
    <div className="min-w-0">
      <p className="truncate">
        <Link to="/dashboard/runs/$runId" params={{ runId: run.id }} data-row className={ROW_LINK}>
          {run.eventTitle}
        </Link>
      </p>
      <p className="flex gap-2 text-xs text-ink-faint md:hidden">
        <Ago at={run.queuedAt} className="shrink-0" />
        <span className="truncate">{run.automationName}</span>
      </p>
    </div>
  )
}

function Duration({ run }: { run: Run }) {
  const className = 'font-mono text-xs text-ink-soft tabular-nums'
  if (run.completedAt === null) return <Elapsed since={run.queuedAt} className={className} />
  return <span className={className}>{formatDuration(runDurationMs(run, 0))}</span>
}

export function RunsPage(props: { status: RunStatus | undefined; onStatus: (status: RunStatus | undefined) => void }) {
  const { status, onStatus } = props
  const query = useInfiniteQuery(runListQuery(useOrganizationId(), status))
  useTitle('Runs')
  const header = (
    <PageHeader title="Runs">
      <StatusFilter value={status} statuses={RunStatus.options} labelOf={runStatusLabel} onChange={onStatus} />
    </PageHeader>
  )
  const empty =
    status === undefined ? (
      <EmptyState title="No runs yet">
        A run begins when an event matches an automation. Deliveries tells what arrived, and why.
      </EmptyState>
    ) : (
      <EmptyState
        title="No run has this status"
        action={<Button onClick={() => onStatus(undefined)}>Show all</Button>}
      />
    )
  return (
    <Page header={header}>
      <List label="Runs" query={query} columns={COLUMNS} empty={empty} />
    </Page>
  )
}

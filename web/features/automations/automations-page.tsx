import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { MAX_COUNTED_RUNS } from '#schema/contracts/automations'
import type { AutomationListItem } from '#schema/contracts/automations'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'
import { counted } from '../../ui/format.ts'
import { List, ROW_LINK } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState, Skeleton } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { RunStatusBadge } from '../runs/run-status.tsx'
import { CreateAutomationDialog } from './create-automation-dialog.tsx'
import { EnabledSwitch } from './enabled-switch.tsx'
import { automationListQuery, providersQuery, whenQuery } from './queries.ts'
import { whenTitle } from './when-words.ts'

const COLUMNS: readonly Column<AutomationListItem>[] = [
  { name: 'Name', cell: (automation) => <NameCell automation={automation} />, className: 'lg:w-3/10' },
  {
    name: 'Runs when',
    cell: (automation) => <WhenCell automation={automation} />,
    className: 'hidden lg:table-cell',
  },
  {
    name: 'Last run',
    cell: ({ lastRun }) => <LastRun run={lastRun} />,
    className: 'hidden w-52 md:table-cell',
  },
  {
    name: 'Runs, 7 days',
    cell: ({ runsLast7Days }) => <RunCount count={runsLast7Days} />,
    className: 'hidden w-28 text-right md:table-cell',
  },
  {
    name: 'Changed',
    cell: ({ updatedAt }) => <Ago at={updatedAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-34 pl-8 xl:table-cell',
  },
  {
    name: 'On',
    cell: (automation) => <EnabledSwitch automation={automation} className="relative z-10 align-middle" />,
    className: 'w-16 text-right',
  },
]

function NameCell({ automation }: { automation: AutomationListItem }) {
  const { id, name, triggerCount, lastRun } = automation
  return (
    <div className="min-w-0">
      <p className="truncate">
        <Link to="/dashboard/automations/$automationId" params={{ automationId: id }} data-row className={ROW_LINK}>
          {name}
        </Link>
      </p>
      <div className="flex items-center gap-3 text-xs text-ink-faint lg:hidden">
        <p className="truncate">{triggerCount === 0 ? 'Runs by hand' : `Runs on ${counted(triggerCount, 'event')}`}</p>
        {lastRun === null ? null : (
          <span className="shrink-0 md:hidden">
            <LastRun run={lastRun} />
          </span>
        )}
      </div>
    </div>
  )
}

/** How the newest run stands and since when, leading to it. */
function LastRun({ run }: { run: AutomationListItem['lastRun'] }) {
  if (run === null) return <span className="text-sm text-ink-faint">Has not run yet</span>
  return (
    <Link
      to="/dashboard/runs/$runId"
      params={{ runId: run.id }}
      className="relative z-10 inline-flex items-center gap-2 rounded text-sm hover:underline"
    >
      <RunStatusBadge status={run.status} /> <Ago at={run.at} className="text-ink-faint" />
    </Link>
  )
}

function RunCount({ count }: { count: number | null }) {
  const shown = count === MAX_COUNTED_RUNS ? `${count.toLocaleString()}+` : count
  return <span className={cx('text-sm tabular-nums', count === 0 && 'text-ink-faint')}>{shown}</span>
}

const SHOWN = 3

/** What it runs on, as chips. */
function WhenCell({ automation }: { automation: AutomationListItem }) {
  const when = useQuery(whenQuery(useOrganizationId()))
  const providers = useQuery(providersQuery)
  if (when.data === undefined || providers.data === undefined) {
    const isLoading = when.error === null && providers.error === null
    return isLoading ? <Skeleton className="h-4 w-32" /> : <span className="text-sm text-ink-faint">Unknown</span>
  }
  const { items: known } = providers.data
  const own = when.data.filter((item) => item.automationId === automation.id && item.triggerType !== 'manual')
  if (own.length === 0) return <span className="text-sm text-ink-faint">By hand only</span>
  return (
    <div className="flex min-w-0 items-center gap-1 overflow-hidden">
      {own.slice(0, SHOWN).map((item) => (
        <Tag key={item.id} className={item.enabled ? 'min-w-0' : 'min-w-0 line-through opacity-60'}>
          <span className="truncate">{whenTitle(known, item)}</span>
        </Tag>
      ))}
      {own.length > SHOWN ? <span className="text-xs text-ink-faint">+{own.length - SHOWN}</span> : null}
    </div>
  )
}

export function AutomationsPage() {
  const query = useInfiniteQuery(automationListQuery(useOrganizationId()))
  const mayCreate = useMay('automations:create')
  const [creating, setCreating] = useState(false)
  useTitle('Automations')
  const create = mayCreate ? (
    <Button look="primary" size="small" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      New automation
    </Button>
  ) : null
  const isEmpty = query.data?.pages[0]?.items.length === 0
  const empty = (
    <EmptyState title="No automations yet" action={create}>
      An automation lets an agent work by itself: when something happens in a tool of yours, or at a time.
    </EmptyState>
  )
  return (
    <Page header={<PageHeader title="Automations">{isEmpty ? null : create}</PageHeader>}>
      <List label="Automations" query={query} columns={COLUMNS} empty={empty} />
      {mayCreate ? <CreateAutomationDialog open={creating} onOpenChange={setCreating} /> : null}
    </Page>
  )
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { Automation } from '#schema/contracts/automations'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { counted } from '../../ui/format.ts'
import { List, ROW_LINK } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState, Skeleton } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { CreateAutomationDialog } from './create-automation-dialog.tsx'
import { EnabledSwitch } from './enabled-switch.tsx'
import { automationListQuery, providersQuery, whenQuery } from './queries.ts'
import { whenTitle } from './when-words.ts'

const COLUMNS: readonly Column<Automation>[] = [
  { name: 'Name', cell: (automation) => <NameCell automation={automation} />, className: 'md:w-2/5' },
  {
    name: 'Runs when',
    cell: (automation) => <WhenCell automation={automation} />,
    className: 'hidden md:table-cell',
  },
  {
    name: 'Changed',
    cell: ({ updatedAt }) => <Ago at={updatedAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-28 sm:table-cell',
  },
  {
    name: 'On',
    cell: (automation) => <EnabledSwitch automation={automation} className="relative z-10 align-middle" />,
    className: 'w-16 text-right',
  },
]

function NameCell({ automation }: { automation: Automation }) {
  const { id, name, triggerCount } = automation
  return (
    <div className="min-w-0">
      <p className="truncate">
        <Link to="/dashboard/automations/$automationId" params={{ automationId: id }} data-row className={ROW_LINK}>
          {name}
        </Link>
      </p>
      <p className="truncate text-xs text-ink-faint md:hidden">
        {triggerCount === 0 ? 'Runs by hand' : `Runs on ${counted(triggerCount, 'event')}`}
      </p>
    </div>
  )
}

const SHOWN = 3

/** What it runs on, as chips. */
function WhenCell({ automation }: { automation: Automation }) {
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

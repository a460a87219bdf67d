import { useQuery } from '@tanstack/react-query'
import type { PollGroup } from '#schema/contracts/poll-groups'
import type { Provider } from '#schema/contracts/providers'
import { StateBadge } from '../../ui/badge.tsx'
import { counted } from '../../ui/format.ts'
import { List } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Ago } from '../../ui/time.tsx'
import { pollErrorInWords } from '../automations/poll-words.ts'
import { everyInWords, providerOf } from '../automations/when-words.ts'
import { Upcoming } from '../automations/when/upcoming.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { asList } from './as-list.ts'
import { pollGroupsQuery } from './queries.ts'

function columnsOf(providers: readonly Provider[]): readonly Column<PollGroup>[] {
  const nameOf = ({ provider }: PollGroup) => providerOf(providers, provider)?.name ?? provider
  return [
    {
      name: 'Service',
      cell: (group) => (
        <div className="min-w-0">
          <p className="truncate font-medium">{group.integrationName ?? nameOf(group)}</p>
          <p className="truncate text-xs text-ink-faint">
            {everyInWords(group.intervalSeconds)}, for {counted(group.triggerCount, 'automation event')}
          </p>
        </div>
      ),
    },
    { name: 'Health', cell: (group) => <Health group={group} service={nameOf(group)} />, className: 'w-34 md:w-72' },
    {
      name: 'Last',
      cell: ({ lastPolledAt }) =>
        lastPolledAt === null ? (
          <span className="text-sm text-ink-faint">Not yet</span>
        ) : (
          <Ago at={lastPolledAt} className="text-sm text-ink-faint" />
        ),
      className: 'hidden w-28 sm:table-cell',
    },
    {
      name: 'Next',
      cell: ({ nextPollAt }) => (
        <span className="text-sm text-ink-faint">
          <Upcoming at={nextPollAt} />
        </span>
      ),
      className: 'hidden w-28 md:table-cell',
    },
  ]
}

function Health({ group, service }: { group: PollGroup; service: string }) {
  const { consecutiveFailures, lastError, lastPolledAt } = group
  if (consecutiveFailures === 0) {
    const isNew = lastPolledAt === null
    return <StateBadge tone={isNew ? 'plain' : 'good'}>{isNew ? 'New' : 'Healthy'}</StateBadge>
  }
  return (
    <div className="min-w-0">
      <StateBadge tone="bad">{counted(consecutiveFailures, 'failure')}</StateBadge>
      {lastError === null ? null : (
        <p className="text-xs break-words text-ink-soft" title={lastError}>
          {pollErrorInWords(lastError, service)}
        </p>
      )}
    </div>
  )
}

/** How polling the services goes; nothing is shown while none is polled. */
export function PollHealth({ providers }: { providers: readonly Provider[] }) {
  const { data, error, refetch } = useQuery(pollGroupsQuery(useOrganizationId()))
  if (data?.items.length === 0) return null
  return (
    <section aria-label="Polling" className="mt-6 border-t border-line">
      <h2 className="px-4 pt-4 pb-2 font-semibold md:px-5">Polling</h2>
      <List
        label="Polling status"
        query={asList({ data: data?.items, error, refetch })}
        columns={columnsOf(providers)}
        empty={null}
      />
    </section>
  )
}

import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Provider } from '#schema/contracts/providers'
import type { TriggerListItem } from '#schema/contracts/triggers'
import { StateBadge } from '../../../ui/badge.tsx'
import { Copyable } from '../../../ui/copy.tsx'
import { counted } from '../../../ui/format.ts'
import { Ago } from '../../../ui/time.tsx'
import { filterInWords } from '../filter/filter-words.ts'
import { everyInWords, providerOf, whenDetails, whenTitle } from '../when-words.ts'
import { Upcoming } from './upcoming.tsx'
import { WhenActions } from './when-actions.tsx'
import { addressOf } from './secret-once.tsx'

interface ItemProps {
  item: TriggerListItem
  providers: readonly Provider[]
}

/** One thing that an automation runs on: what, how picky, how it is doing, and what can be done. */
export function WhenItem({ item, providers }: ItemProps) {
  const [trying, setTrying] = useState(false)
  const details = whenDetails(providers, item)
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="grid min-w-0 gap-0.5">
          <p className="font-medium break-words">{whenTitle(providers, item)}</p>
          {details.map((line) => (
            <p key={line} className="text-sm break-words text-ink-soft">
              {line}
            </p>
          ))}
          {item.filter === null ? null : (
            <p className="text-sm break-words text-ink-soft">
              Only if <span className="font-mono text-xs">{filterInWords(item.filter)}</span>
            </p>
          )}
        </div>
        <WhenActions item={item} providers={providers} trying={trying} onTry={setTrying} />
      </div>
      <Health item={item} provider={providerOf(providers, item.provider)} />
    </li>
  )
}

function Health({ item, provider }: { item: TriggerListItem; provider: Provider | undefined }) {
  const { webhook, pendingEventCount, integration } = item
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-faint">
      {item.enabled ? null : <StateBadge tone="plain">Off</StateBadge>}
      {item.nextRunAt === null || !item.enabled ? null : (
        <span>
          Next <Upcoming at={item.nextRunAt} />
        </span>
      )}
      <Polling item={item} />
      {integration === null ? null : (
        <span className={integration.status === 'active' ? '' : 'text-warn'}>
          {integration.displayName ?? provider?.name ?? 'Connection'}
          {integration.status === 'active' ? '' : ` is ${integration.status}`}
        </span>
      )}
      {pendingEventCount === 0 ? null : (
        <Link
          to="/dashboard/runs"
          search={{ status: 'queued' }}
          className="underline decoration-line-strong underline-offset-3"
        >
          {counted(pendingEventCount, 'event')} waiting
        </Link>
      )}
      {webhook === null ? null : (
        <span className="min-w-0">
          <Copyable text={addressOf(webhook.path)} name="address" />
        </span>
      )}
    </div>
  )
}

function Polling({ item }: { item: TriggerListItem }) {
  const { pollGroup, pollingIntervalSeconds } = item
  if (pollingIntervalSeconds === null) return null
  return (
    <>
      <span>Asks {everyInWords(pollingIntervalSeconds)}</span>
      {pollGroup === null || pollGroup.lastPolledAt === null ? null : (
        <span>
          Last <Ago at={pollGroup.lastPolledAt} />
        </span>
      )}
      {pollGroup?.lastError ? <span className="break-words text-bad">{pollGroup.lastError}</span> : null}
    </>
  )
}

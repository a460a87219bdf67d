import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Provider } from '#schema/contracts/providers'
import type { TriggerListItem } from '#schema/contracts/triggers'
import { StateBadge } from '../../../ui/badge.tsx'
import { cx } from '../../../ui/class-names.ts'
import { Copyable } from '../../../ui/copy.tsx'
import { counted } from '../../../ui/format.ts'
import { Ago } from '../../../ui/time.tsx'
import { filterInWords } from '../filter/filter-words.ts'
import { pollErrorInWords } from '../poll-words.ts'
import { everyInWords, providerOf, whenDetails, whenTitle } from '../when-words.ts'
import { Upcoming } from './upcoming.tsx'
import { WhenActions } from './when-actions.tsx'
import { addressOf } from './secret-once.tsx'

const LINK = 'underline decoration-line-strong underline-offset-3 hover:decoration-current'

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
      <div className="flex items-start gap-4">
        <div className="grid min-w-0 flex-1 gap-0.5">
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
  const { webhook, pendingEventCount, integration, triggerType } = item
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-faint">
      {item.enabled ? null : <StateBadge tone="plain">Off</StateBadge>}
      <NextRun item={item} />
      <Polling item={item} service={provider?.name ?? item.provider} />
      {integration === null ? null : (
        <Connection integration={integration} name={integration.displayName ?? provider?.name ?? 'The integration'} />
      )}
      {pendingEventCount === 0 ? null : (
        <Link to="/dashboard/runs" search={{ status: 'queued' }} className={LINK}>
          {counted(pendingEventCount, 'event')} waiting
        </Link>
      )}
      {triggerType === 'webhook' ? (
        <Link to="/dashboard/deliveries" search={{ trigger: item.id }} className={LINK}>
          Deliveries
        </Link>
      ) : null}
      {webhook === null ? null : (
        <span className="min-w-0">
          <Copyable text={addressOf(webhook.path)} name="address" />
        </span>
      )}
    </div>
  )
}

function NextRun({ item: { nextRunAt, enabled } }: { item: TriggerListItem }) {
  if (nextRunAt === null || !enabled) return null
  return (
    <span>
      Next <Upcoming at={nextRunAt} />
    </span>
  )
}

/** Whom it listens to; what does not work any more is repaired where integrations are. */
function Connection(props: { integration: NonNullable<TriggerListItem['integration']>; name: string }) {
  const { integration, name } = props
  if (integration.status === 'active') return <span>{name}</span>
  return (
    <Link to="/dashboard/integrations" className={cx(LINK, 'text-warn')}>
      {name} is {integration.status}
    </Link>
  )
}

function Polling({ item, service }: { item: TriggerListItem; service: string }) {
  const { pollGroup, pollingIntervalSeconds } = item
  if (pollingIntervalSeconds === null) return null
  return (
    <>
      <span>Polled {everyInWords(pollingIntervalSeconds)}</span>
      {pollGroup === null || pollGroup.lastPolledAt === null ? null : (
        <span>
          Last <Ago at={pollGroup.lastPolledAt} />
        </span>
      )}
      {pollGroup?.lastError ? (
        <span className="break-words text-bad" title={pollGroup.lastError}>
          {pollErrorInWords(pollGroup.lastError, service)}
        </span>
      ) : null}
    </>
  )
}

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { DeliveryDetail } from '#schema/contracts/deliveries'
import { isStatus } from '../../client.ts'
import { cx } from '../../ui/class-names.ts'
import { NotFound } from '../../ui/not-found.tsx'
import { DetailHeader, Page, Section } from '../../ui/page.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useOrganizationId } from '../identity/me.ts'
import { Decisions } from './delivery-decisions.tsx'
import { DeliveryFacts } from './delivery-facts.tsx'
import { ReplaysOf, RunsOf } from './delivery-followers.tsx'
import { DeliveryStatusBadge, providerName } from './delivery-status.tsx'
import { aboutOf, outcomeInWords } from './outcome-words.ts'
import { PayloadViewer } from './payload-viewer.tsx'
import { deliveryQuery } from './queries.ts'
import { ReplayDelivery } from './replay-delivery.tsx'

export function DeliveryPage({ deliveryId }: { deliveryId: string }) {
  const { data, error, refetch } = useQuery(deliveryQuery(useOrganizationId(), deliveryId))
  useTitle(data === undefined ? 'Delivery' : `${data.eventType} delivery`)
  if (isStatus(error, 404)) return <NotFound what="delivery" />
  if (data !== undefined) return <DeliveryDetails delivery={data} />
  if (error === null) return <DeliverySkeleton />
  return <ErrorState error={error} title="The delivery could not be loaded" onRetry={() => void refetch()} />
}

function DeliveryDetails({ delivery }: { delivery: DeliveryDetail }) {
  const about = aboutOf(delivery)
  const header = (
    <DetailHeader
      parent={{ to: '/dashboard/deliveries', label: 'Deliveries' }}
      title={`${providerName(delivery.provider)} ${delivery.eventType}`}
      state={<DeliveryStatusBadge status={delivery.status} />}
    >
      <ReplayDelivery delivery={delivery} />
    </DetailHeader>
  )
  return (
    <Page header={header}>
      <div className="mx-auto grid max-w-4xl gap-7 px-4 py-6 md:px-6">
        <Section title="Outcome">
          {about === null ? null : <p className="font-medium break-words">{about}</p>}
          <p className="break-words">{outcomeInWords(delivery)}</p>
          {delivery.outcome === null || delivery.outcome.decisions.length === 0 ? null : (
            <Decisions decisions={delivery.outcome.decisions} runs={delivery.runs} />
          )}
        </Section>
        <RunsOf delivery={delivery} />
        <ReplaysOf delivery={delivery} />
        <Section title="Delivery">
          <DeliveryFacts delivery={delivery} />
        </Section>
        <Section title="Headers">
          <Headers headers={delivery.headers} />
        </Section>
        <PayloadViewer payload={delivery.payload} />
      </div>
    </Page>
  )
}

function Headers({ headers }: { headers: Record<string, string> }) {
  const entries = Object.entries(headers).sort(([a], [b]) => a.localeCompare(b))
  if (entries.length === 0) return <p className="text-sm text-ink-faint">No headers were kept.</p>
  return (
    <Code name="Headers">
      {entries.map(([name, value]) => (
        <span key={name} className="block break-all">
          <span className="text-ink-faint">{name}: </span>
          {value}
        </span>
      ))}
    </Code>
  )
}

function Code({ name, children }: { name: string; children: ReactNode }) {
  return (
    <pre
      aria-label={name}
      tabIndex={0}
      className={cx(
        'max-h-[28rem] overflow-auto rounded-lg border border-line bg-surface px-3.5 py-2.5 font-mono text-xs',
        'leading-[18px] whitespace-pre',
      )}
    >
      {children}
    </pre>
  )
}

function DeliverySkeleton() {
  return (
    <div aria-busy="true">
      <p className="sr-only" role="status">
        Loading delivery
      </p>
      <div className="flex h-12 items-center border-b border-line px-4 md:px-5">
        <Skeleton className="h-4 w-40" />
      </div>
      <div className="mx-auto grid max-w-4xl gap-7 px-4 py-6 md:px-6">
        <Skeleton className="h-24" />
        <Skeleton className="h-32" />
        <Skeleton className="h-72" />
      </div>
    </div>
  )
}

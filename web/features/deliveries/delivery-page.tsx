import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { DeliveryDetail, TriggerDecision } from '#schema/contracts/deliveries'
import { isStatus } from '../../client.ts'
import { StateBadge } from '../../ui/badge.tsx'
import type { Tone } from '../../ui/badge.tsx'
import { buttonStyles } from '../../ui/button.tsx'
import { Copyable, CopyButton } from '../../ui/copy.tsx'
import { formatDuration, formatMoment } from '../../ui/format.ts'
import { NotFound } from '../../ui/not-found.tsx'
import { DetailHeader, Fact, Facts, Page, Section } from '../../ui/page.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useOrganizationId } from '../identity/me.ts'
import { DeliveryStatusBadge, providerName } from './delivery-status.tsx'
import { DECISIONS, outcomeInWords } from './outcome-words.ts'
import { deliveryQuery } from './queries.ts'
import { cx } from '../../ui/class-names.ts'

export function DeliveryPage({ deliveryId }: { deliveryId: string }) {
  const { data, error, refetch } = useQuery(deliveryQuery(useOrganizationId(), deliveryId))
  useTitle(data === undefined ? 'Delivery' : `${data.eventType} delivery`)
  if (isStatus(error, 404)) return <NotFound what="delivery" />
  if (data !== undefined) return <DeliveryDetails delivery={data} />
  if (error === null) return <DeliverySkeleton />
  return <ErrorState error={error} title="The delivery could not be loaded" onRetry={() => void refetch()} />
}

function DeliveryDetails({ delivery }: { delivery: DeliveryDetail }) {
  const header = (
    <DetailHeader
      parent={{ to: '/dashboard/deliveries', label: 'Deliveries' }}
      title={delivery.eventType}
      state={<DeliveryStatusBadge status={delivery.status} />}
    />
  )
  const payload = delivery.payload === null ? null : JSON.stringify(delivery.payload, null, 2)
  return (
    <Page header={header}>
      <div className="mx-auto grid max-w-4xl gap-7 px-4 py-6 md:px-6">
        <Section title="Outcome">
          <p>{outcomeInWords(delivery)}</p>
          {delivery.outcome === null || delivery.outcome.decisions.length === 0 ? null : (
            <Decisions decisions={delivery.outcome.decisions} />
          )}
        </Section>
        <Section title="Delivery">
          <DeliveryFacts delivery={delivery} />
        </Section>
        <Section title="Headers">
          <Headers headers={delivery.headers} />
        </Section>
        <Section title="Payload" aside={payload === null ? null : <CopyButton text={payload} name="payload" />}>
          {payload === null ? (
            <p className="text-sm text-ink-faint">The body is not JSON, or too large to show here.</p>
          ) : (
            <Code name="Payload">{payload}</Code>
          )}
        </Section>
      </div>
    </Page>
  )
}

const TONES: Record<TriggerDecision['decision'], Tone> = {
  matched: 'good',
  duplicate: 'plain',
  not_matched: 'plain',
  automation_disabled: 'warn',
  invalid_config: 'bad',
}

function Decisions({ decisions }: { decisions: TriggerDecision[] }) {
  return (
    <ul aria-label="Decisions" className="mt-1 divide-y divide-line rounded-lg border border-line">
      {decisions.map((decision, index) => (
        <li key={index} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3.5 py-2.5">
          <div className="min-w-48 flex-1">
            <p className="font-medium">{decision.automationName}</p>
            <p className="truncate text-sm text-ink-faint">{decision.eventTitle}</p>
          </div>
          <div className="min-w-0 sm:w-64">
            <StateBadge tone={TONES[decision.decision]}>{DECISIONS[decision.decision]}</StateBadge>
            {decision.reason === null ? null : <p className="text-sm break-words text-ink-soft">{decision.reason}</p>}
          </div>
          <div className="sm:w-20 sm:text-right">
            {decision.runId === null ? null : (
              <Link
                to="/dashboard/runs/$runId"
                params={{ runId: decision.runId }}
                className={buttonStyles({ size: 'small' })}
              >
                View run
              </Link>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}

function DeliveryFacts({ delivery }: { delivery: DeliveryDetail }) {
  const { processedAt, receivedAt } = delivery
  return (
    <Facts>
      <Fact name="Provider">{providerName(delivery.provider)}</Fact>
      <Fact name="Received">{formatMoment(receivedAt)}</Fact>
      {processedAt === null ? null : (
        <Fact name="Processed">
          {formatMoment(processedAt)}
          <span className="whitespace-nowrap text-ink-faint">
            {' '}
            after {formatDuration(Math.max(0, Date.parse(processedAt) - Date.parse(receivedAt)))}
          </span>
        </Fact>
      )}
      <Fact name="Attempts">{delivery.attempt}</Fact>
      {delivery.error === null ? null : (
        <Fact name="Error">
          <span className="font-mono text-xs text-bad">{delivery.error}</span>
        </Fact>
      )}
      <Fact name="Delivery id">
        <Copyable text={delivery.deliveryId} name="delivery id" />
      </Fact>
    </Facts>
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

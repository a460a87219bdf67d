import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DeliveryDetail } from '#schema/contracts/deliveries'
import { Copyable } from '../../ui/copy.tsx'
import { formatDuration, formatMoment, shortId } from '../../ui/format.ts'
import { Fact, Facts } from '../../ui/page.tsx'
import { integrationsQuery } from '../automations/queries.ts'
import { useOrganizationId } from '../identity/me.ts'
import { INGRESSES, providerName, VERIFICATIONS } from './delivery-status.tsx'
import { errorInWords } from './outcome-words.ts'

const LINK = 'underline decoration-line-strong underline-offset-3 hover:decoration-current'

/** When and how it came, why it was believed, whose it is, and how often it was tried. */
export function DeliveryFacts({ delivery }: { delivery: DeliveryDetail }) {
  return (
    <Facts>
      <Fact name="Service">{providerName(delivery.provider)}</Fact>
      <Fact name="Received">{formatMoment(delivery.receivedAt)}</Fact>
      <Times delivery={delivery} />
      <Fact name="Came in">{INGRESSES[delivery.ingress]}</Fact>
      {delivery.replayOf === null ? null : (
        <Fact name="Replay of">
          <Link to="/dashboard/deliveries/$deliveryId" params={{ deliveryId: delivery.replayOf }} className={LINK}>
            delivery <span className="font-mono text-xs">{shortId(delivery.replayOf)}</span>
          </Link>
        </Fact>
      )}
      <Fact name="Verification">{VERIFICATIONS[delivery.verification]}</Fact>
      {delivery.identity === null ? null : <Identity identity={delivery.identity} />}
      <Fact name="Delivery id">
        <Copyable text={delivery.deliveryId} name="delivery id" />
      </Fact>
      <Fact name="Trace">
        <Copyable text={delivery.traceId} name="trace id" />
      </Fact>
    </Facts>
  )
}

function Times({ delivery }: { delivery: DeliveryDetail }) {
  const { processedAt, receivedAt, nextAttemptAt, attempt, error } = delivery
  return (
    <>
      {processedAt === null ? null : (
        <Fact name="Processed">
          {formatMoment(processedAt)}
          <span className="whitespace-nowrap text-ink-faint">
            {' '}
            after {formatDuration(Math.max(0, Date.parse(processedAt) - Date.parse(receivedAt)))}
          </span>
        </Fact>
      )}
      <Fact name="Attempts">{attempt}</Fact>
      {nextAttemptAt === null ? null : <Fact name="Next attempt">{formatMoment(nextAttemptAt)}</Fact>}
      {error === null ? null : (
        <Fact name="Error">
          <span title={error}>{errorInWords(error)}</span>
        </Fact>
      )}
    </>
  )
}

const KINDS = {
  trigger: 'The automation that its address belongs to',
  integration: 'A connection, by the id it carries',
  connection: 'A connection, by the broker’s id',
} as const

function Identity({ identity }: { identity: NonNullable<DeliveryDetail['identity']> }) {
  return (
    <>
      <Fact name="Identity">
        <span className="block">{KINDS[identity.kind]}</span>
        <Copyable text={identity.value} name="identity" />
      </Fact>
      {identity.integrationId === null ? null : (
        <Fact name="Connection">
          <Connection integrationId={identity.integrationId} />
        </Fact>
      )}
    </>
  )
}

function Connection({ integrationId }: { integrationId: string }) {
  const { data } = useQuery(integrationsQuery(useOrganizationId()))
  const connection = data?.find(({ id }) => id === integrationId)
  if (connection === undefined) return <Copyable text={integrationId} name="connection id" />
  const name = connection.displayName ?? connection.externalId ?? shortId(connection.id)
  return `${providerName(connection.integrationId)}: ${name}`
}

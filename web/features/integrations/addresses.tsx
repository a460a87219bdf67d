import { useQuery } from '@tanstack/react-query'
import type { Provider } from '#schema/contracts/providers'
import type { WebhookEndpoint } from '#schema/contracts/triggers'
import { Copyable } from '../../ui/copy.tsx'
import { List } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Ago } from '../../ui/time.tsx'
import { endpointsQuery } from '../automations/queries.ts'
import { providerOf } from '../automations/when-words.ts'
import { RotateSecret } from '../automations/when/rotate-secret.tsx'
import { addressOf } from '../automations/when/secret-once.tsx'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { asList } from './as-list.ts'

function columnsOf(providers: readonly Provider[], mayRotate: boolean): Column<WebhookEndpoint>[] {
  const nameOf = ({ provider }: WebhookEndpoint) => providerOf(providers, provider)?.name ?? provider
  const columns: Column<WebhookEndpoint>[] = [
    { name: 'Service', cell: (endpoint) => <p className="truncate font-medium">{nameOf(endpoint)}</p>, className: 'w-24 sm:w-44' },
    { name: 'Address', cell: ({ path }) => <Copyable text={addressOf(path)} name="address" /> },
    {
      name: 'Created',
      cell: ({ createdAt }) => <Ago at={createdAt} className="text-sm text-ink-faint" />,
      className: 'hidden w-28 md:table-cell',
    },
  ]
  if (!mayRotate) return columns
  const rotate = (endpoint: WebhookEndpoint) => (
    <RotateSecret endpointId={endpoint.id} name={`Your ${nameOf(endpoint)} address`} />
  )
  return [...columns, { name: 'Secret', cell: rotate, className: 'w-34 text-right' }]
}

/** Where the services send the organization's webhooks; nothing is shown while there is no address. */
export function Addresses({ providers }: { providers: readonly Provider[] }) {
  const mayRotate = useMay('webhook_endpoints:rotate')
  const endpoints = useQuery(endpointsQuery(useOrganizationId()))
  if (endpoints.data?.length === 0) return null
  return (
    <section aria-label="Webhook addresses" className="mt-6 border-t border-line">
      <h2 className="px-4 pt-4 pb-2 font-semibold md:px-5">Webhook addresses</h2>
      <List
        label="Webhook addresses"
        query={asList(endpoints)}
        columns={columnsOf(providers, mayRotate)}
        empty={null}
      />
    </section>
  )
}

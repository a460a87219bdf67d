import { useQuery } from '@tanstack/react-query'
import { Plug } from 'lucide-react'
import { useState } from 'react'
import type { Integration } from '#schema/contracts/integrations'
import type { Provider } from '#schema/contracts/providers'
import { Button } from '../../ui/button.tsx'
import { List } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { integrationsQuery, providersQuery } from '../automations/queries.ts'
import { providerOf } from '../automations/when-words.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { asList } from './as-list.ts'
import { Addresses } from './addresses.tsx'
import { ConnectDialog } from './connect-dialog.tsx'
import { ConnectionActions } from './connection-actions.tsx'
import { ConnectionStatus } from './connection-status.tsx'
import { PollHealth } from './poll-health.tsx'

function columnsOf(providers: readonly Provider[]): Column<Integration>[] {
  const nameOf = ({ integrationId }: Integration) => providerOf(providers, integrationId)?.name ?? integrationId
  return [
    {
      name: 'Integration',
      cell: (integration) => (
        <div className="min-w-0">
          <p className="truncate font-medium">{integration.displayName ?? nameOf(integration)}</p>
          <p className="truncate text-xs text-ink-faint">{nameOf(integration)}</p>
        </div>
      ),
    },
    {
      name: 'Status',
      cell: (integration) => <ConnectionStatus integration={integration} />,
      className: 'w-34 md:w-44',
    },
    {
      name: 'Account',
      cell: ({ externalId }) => (
        <p className="truncate font-mono text-xs text-ink-soft" title={externalId ?? undefined}>
          {externalId ?? '–'}
        </p>
      ),
      className: 'hidden w-44 lg:table-cell',
    },
    {
      name: 'Added',
      cell: ({ createdAt }) => <Ago at={createdAt} className="text-sm text-ink-faint" />,
      className: 'hidden w-28 md:table-cell',
    },
  ]
}

/** The services that the organization is connected with, how polling them goes, and where they send webhooks. */
export function IntegrationsPage() {
  const organizationId = useOrganizationId()
  const connections = useQuery(integrationsQuery(organizationId))
  const providers = useQuery(providersQuery)
  const mayConnect = useMay('integrations:create')
  const mayChange = useMay('integrations:update')
  const [connecting, setConnecting] = useState(false)
  useTitle('Integrations')
  const known = providers.data?.items ?? []
  const connect = mayConnect ? (
    <Button look="primary" size="small" onClick={() => setConnecting(true)}>
      <Plug aria-hidden />
      Connect
    </Button>
  ) : null
  const actions: Column<Integration> = {
    name: 'Actions',
    isNameHidden: true,
    cell: (integration) => <ConnectionActions integration={integration} />,
    className: 'w-20 text-right sm:w-36',
  }
  const columns = mayChange ? [...columnsOf(known), actions] : columnsOf(known)
  const empty = (
    <EmptyState title="Nothing is connected yet" action={connect}>
      An integration lets automations poll a service for events, and look up what an event is about.
    </EmptyState>
  )
  const isEmpty = connections.data?.length === 0
  return (
    <Page header={<PageHeader title="Integrations">{isEmpty ? null : connect}</PageHeader>}>
      <List label="Integrations" query={asList(connections)} columns={columns} empty={empty} />
      <PollHealth providers={known} />
      <Addresses providers={known} />
      {mayConnect ? <ConnectDialog open={connecting} onOpenChange={setConnecting} providers={known} /> : null}
    </Page>
  )
}

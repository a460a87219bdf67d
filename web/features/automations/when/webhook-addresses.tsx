import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Provider } from '#schema/contracts/providers'
import { WebhookProvider } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../../client.ts'
import { useIdempotencyKey } from '../../../idempotency-key.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { InlineError, Skeleton } from '../../../ui/states.tsx'
import { useMay, useOrganizationId } from '../../identity/me.ts'
import { endpointsQuery } from '../queries.ts'
import { RotateSecret } from './rotate-secret.tsx'
import { addressOf, SecretOnce, SecretTaken, ToCopy } from './secret-once.tsx'

/** Where the service sends its webhooks: what has to be entered there. */
export function WebhookAddresses({ provider, saved }: { provider: Provider; saved: boolean }) {
  const { webhookAddresses } = provider
  const isWebhook = WebhookProvider.safeParse(provider.id)
  if (webhookAddresses.length === 0 || !isWebhook.success) return null
  return (
    <section aria-label="Where it is sent" className="grid gap-2.5 rounded-md border border-line px-3 py-2.5 text-sm">
      {webhookAddresses.includes('trigger') && !saved ? (
        <p>It gets an address of its own, with a secret, when it is added.</p>
      ) : null}
      {webhookAddresses.includes('organization') ? (
        <OrganizationAddress provider={isWebhook.data} name={provider.name} />
      ) : null}
      {webhookAddresses.includes('app') ? <AppAddress provider={provider} /> : null}
    </section>
  )
}

function AppAddress({ provider }: { provider: Provider }) {
  const also = provider.webhookAddresses.includes('organization') ? 'Or, where' : 'Where'
  return (
    <details>
      <summary className="text-ink-soft">
        {also} this deployment has an app at {provider.name}
      </summary>
      <div className="grid gap-2 pt-2">
        <p className="text-ink-faint">
          The app sends here, signed with the secret that the operator configured; what it sends is told apart by the
          connection it belongs to.
        </p>
        <ToCopy label="App address" text={addressOf(`/webhooks/direct/${provider.id}`)} />
      </div>
    </details>
  )
}

function OrganizationAddress({ provider, name }: { provider: WebhookProvider; name: string }) {
  const { data, error } = useQuery(endpointsQuery(useOrganizationId()))
  const [made, setMade] = useState<{ path: string; secret: string } | null>(null)
  // A window of its own, which only its button closes: leaving the form, or its service, would lose the secret.
  if (made !== null) {
    return (
      <Dialog
        open
        locked
        onOpenChange={() => setMade(null)}
        title="Webhook URL created"
        description={`Enter both at ${name}. All automations of this organization share them.`}
      >
        <SecretTaken onTaken={() => setMade(null)}>
          <SecretOnce path={made.path} secret={made.secret} />
        </SecretTaken>
      </Dialog>
    )
  }
  if (error !== null && data === undefined) return <InlineError>{explainError(error).message}</InlineError>
  if (data === undefined) return <Skeleton className="h-14" />
  const known = data.find((endpoint) => endpoint.provider === provider)
  if (known === undefined) return <MakeAddress provider={provider} name={name} onMade={setMade} />
  return (
    <>
      <ToCopy label={`Your ${name} address`} text={addressOf(known.path)} />
      <RotateSecret endpointId={known.id} name={`Your ${name} address`} />
    </>
  )
}

interface MakeProps {
  provider: WebhookProvider
  name: string
  onMade: (made: { path: string; secret: string }) => void
}

function MakeAddress({ provider, name, onMade }: MakeProps) {
  const mayCreate = useMay('webhook_endpoints:create')
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const keyOf = useIdempotencyKey()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const body = { provider }
      return call(endpoints.webhookEndpoints.create, { body, idempotencyKey: keyOf(body) })
    },
    onSuccess: async (endpoint) => {
      onMade(endpoint)
      await queryClient.invalidateQueries({ queryKey: endpointsQuery(organizationId).queryKey })
    },
    // The answer holds the secret: nothing keeps it longer than the page shows it.
    gcTime: 0,
  })
  if (!mayCreate) return <p>There is no address for {name} yet. An admin can make one.</p>
  return (
    <div className="grid justify-items-start gap-2">
      <p>There is no address for {name} yet. All automations of this organization share one.</p>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button size="small" disabled={isPending} onClick={() => mutate()}>
        {isPending ? 'Creating…' : 'Create address'}
      </Button>
    </div>
  )
}

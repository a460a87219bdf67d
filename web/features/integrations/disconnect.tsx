import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import type { Integration } from '#schema/contracts/integrations'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { automationNamesQuery, integrationsQuery, providersQuery, whenQuery } from '../automations/queries.ts'
import { whenTitle } from '../automations/when-words.ts'
import { useOrganizationId } from '../identity/me.ts'

/** Asks before an integration ends, and says what is switched off with it. */
export function Disconnect({ integration, onDone }: { integration: Integration; onDone: () => void }) {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => call(endpoints.integrations.delete, { params: { integrationId: integration.id } }),
    onSuccess: async () => {
      toast.success(`${integration.displayName ?? 'The service'} is disconnected`)
      onDone()
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: integrationsQuery(organizationId).queryKey }),
        queryClient.invalidateQueries({ queryKey: [organizationId, 'automations'] }),
        queryClient.invalidateQueries({ queryKey: [organizationId, 'poll-groups'] }),
      ])
    },
  })
  return (
    <div className="grid gap-4">
      <SwitchedOff integration={integration} />
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button look="destroy" disabled={isPending} onClick={() => mutate()}>
          {isPending ? 'Disconnecting…' : 'Disconnect'}
        </Button>
      </div>
    </div>
  )
}

function SwitchedOff({ integration }: { integration: Integration }) {
  const organizationId = useOrganizationId()
  const when = useQuery(whenQuery(organizationId))
  const names = useQuery(automationNamesQuery(organizationId))
  const providers = useQuery(providersQuery)
  if (when.data === undefined || names.data === undefined || providers.data === undefined) {
    const failure = when.error ?? names.error ?? providers.error
    if (failure === null) return <Skeleton className="h-12" />
    return <InlineError>What listens to it could not be loaded. {explainError(failure).message}</InlineError>
  }
  const { items: known } = providers.data
  const listening = when.data.filter(({ integrationId, enabled }) => integrationId === integration.id && enabled)
  if (listening.length === 0) return <p>No event listens to this integration alone, so nothing is switched off.</p>
  return (
    <div className="grid gap-1.5">
      <p>This is switched off with it:</p>
      <ul aria-label="Switched off" className="grid max-h-48 gap-1 overflow-y-auto text-sm">
        {listening.map((item) => (
          <li key={item.id} className="rounded-md border border-line px-3 py-1.5 break-words">
            <span className="font-medium">{names.data.get(item.automationId) ?? 'An automation'}</span>
            <span className="text-ink-faint"> · {whenTitle(known, item)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { CreateIntegration } from '#schema/contracts/integrations'
import type { Provider } from '#schema/contracts/providers'
import type { TriggerProvider } from '#schema/contracts/triggers'
import { ApiError } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { useIdempotencyKey } from '../../idempotency-key.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { InlineError } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { integrationsQuery } from '../automations/queries.ts'
import { issueAt, issuesOf } from '../automations/schema-form/issues.ts'
import { providerOf } from '../automations/when-words.ts'
import { useOrganizationId } from '../identity/me.ts'

type Service = CreateIntegration['integrationId']
const SERVICES = CreateIntegration.shape.integrationId.options

/** What a service calls its credential, and where it is found. */
export const HINTS: Partial<Record<TriggerProvider, string>> = {
  github: 'A personal access token that may read the repositories.',
  gmail: 'An access token from Google with the scope gmail.readonly.',
  jira: 'An access token from Atlassian with the scope read:jira-work.',
  linear: 'A personal API key: Linear, Settings, Security & access.',
  sentry: 'The token of an internal integration, which may read issues and events.',
  slack: 'The bot token of the app: it begins with xoxb-.',
}

interface ConnectProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  providers: readonly Provider[]
}

export function ConnectDialog({ open, onOpenChange, providers }: ConnectProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Connect a service"
      description="By a token that the service gave you. It is tried at once, stored sealed, and never shown."
    >
      <ConnectForm providers={providers} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function ConnectForm({ providers, onDone }: { providers: readonly Provider[]; onDone: () => void }) {
  const [service, setService] = useState<Service | undefined>(undefined)
  const [name, setName] = useState('')
  const [token, setToken] = useState('')
  const { mutate, isPending, error } = useConnect(onDone)
  const atToken = tokenIssue(error)
  const ready = service !== undefined && token.trim() !== '' && !isPending
  const options = SERVICES.flatMap((id) => {
    const provider = providerOf(providers, id)
    return provider?.takesCredential === true ? [{ value: id, label: provider.name }] : []
  })
  return (
    <form
      aria-label="Connect a service"
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const displayName = name.trim() === '' ? null : name.trim()
        if (ready) mutate({ integrationId: service, displayName, token: token.trim() })
      }}
    >
      <Field label="Service">
        {(id) => (
          <Select
            id={id}
            value={service}
            options={options}
            placeholder="Choose a service"
            className="w-full border-line-strong"
            onChange={setService}
          />
        )}
      </Field>
      <TextField
        label="Token"
        type="password"
        value={token}
        required
        error={atToken}
        {...hintFor(service)}
        onText={setToken}
      />
      <TextField
        label="Name (optional)"
        value={name}
        maxLength={200}
        hint="Left empty: what the service calls the account."
        error={issueAt(issuesOf(error), 'displayName')}
        onText={setName}
      />
      {error === null || atToken !== undefined ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button type="submit" look="primary" className="justify-self-end" disabled={!ready}>
        {isPending ? 'Connecting…' : 'Connect'}
      </Button>
    </form>
  )
}

function hintFor(service: Service | undefined): { hint?: string } {
  const hint = service === undefined ? undefined : HINTS[service]
  return hint === undefined ? {} : { hint }
}

/** What is wrong with the credential: the service does not take it, or the API cannot read it. */
export function tokenIssue(error: unknown): string | undefined {
  const isRefused = error instanceof ApiError && error.problem?.code === 'integration.credential_refused'
  return isRefused ? explainError(error).message : issueAt(issuesOf(error), 'token')
}

function useConnect(onDone: () => void) {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  const keyOf = useIdempotencyKey()
  return useMutation({
    mutationFn: (body: CreateIntegration) => {
      return call(endpoints.integrations.create, { body, idempotencyKey: keyOf(body) })
    },
    onSuccess: async (integration) => {
      toast.success(`${integration.displayName ?? 'The service'} is connected`)
      onDone()
      await queryClient.invalidateQueries({ queryKey: integrationsQuery(organizationId).queryKey })
    },
  })
}

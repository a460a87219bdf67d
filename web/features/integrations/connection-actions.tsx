import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Integration, UpdateIntegration } from '#schema/contracts/integrations'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { InlineError } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { integrationsQuery } from '../automations/queries.ts'
import { issueAt, issuesOf } from '../automations/schema-form/issues.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { HINTS, tokenIssue } from './connect-dialog.tsx'
import { Disconnect } from './disconnect.tsx'

type Asking = 'rename' | 'credential' | 'disconnect'

/** What can be done with an integration; one that does not work any more is offered what repairs it. */
export function ConnectionActions({ integration }: { integration: Integration }) {
  const mayDisconnect = useMay('integrations:delete')
  const [asking, setAsking] = useState<Asking | null>(null)
  const name = integration.displayName ?? integration.integrationId
  const isActive = integration.status === 'active'
  const close = () => setAsking(null)
  return (
    <span className="flex items-center justify-end gap-1.5">
      {isActive ? null : (
        <Button size="small" className="hidden sm:flex" aria-label={`Reconnect ${name}`} onClick={() => setAsking('credential')}>
          Reconnect
        </Button>
      )}
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={`Actions of ${name}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => setAsking('rename')}>Rename</MenuItem>
        <MenuItem onSelect={() => setAsking('credential')}>{isActive ? 'New token' : 'Reconnect'}</MenuItem>
        {mayDisconnect ? <MenuItem onSelect={() => setAsking('disconnect')}>Disconnect</MenuItem> : null}
      </Menu>
      <Dialog open={asking === 'rename'} onOpenChange={close} title="Rename" description={name}>
        <RenameForm integration={integration} onDone={close} />
      </Dialog>
      <Dialog
        open={asking === 'credential'}
        onOpenChange={close}
        title={isActive ? 'New token' : `Reconnect ${name}`}
        description={`It has to be of the same account as before: ${integration.externalId ?? name}`}
      >
        <CredentialForm integration={integration} onDone={close} />
      </Dialog>
      <Dialog
        open={asking === 'disconnect'}
        onOpenChange={close}
        title={`Disconnect ${name}?`}
        description="Its token is deleted, and what the service sends for it starts nothing any more."
      >
        <Disconnect integration={integration} onDone={close} />
      </Dialog>
    </span>
  )
}

interface FormProps {
  integration: Integration
  onDone: () => void
}

function useChange({ integration, onDone }: FormProps) {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  return useMutation({
    mutationFn: (body: UpdateIntegration) => {
      return call(endpoints.integrations.update, { params: { integrationId: integration.id }, body })
    },
    onSuccess: async () => {
      toast.success('Saved')
      onDone()
      await queryClient.invalidateQueries({ queryKey: integrationsQuery(organizationId).queryKey })
    },
  })
}

function RenameForm(props: FormProps) {
  const [name, setName] = useState(props.integration.displayName ?? '')
  const { mutate, isPending, error } = useChange(props)
  const atName = issueAt(issuesOf(error), 'displayName')
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate({ displayName: name.trim() === '' ? null : name.trim() })
      }}
    >
      <TextField label="Name" value={name} maxLength={200} error={atName} onText={setName} />
      {error === null || atName !== undefined ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button type="submit" look="primary" className="justify-self-end" disabled={isPending}>
        {isPending ? 'Saving…' : 'Save'}
      </Button>
    </form>
  )
}

function CredentialForm(props: FormProps) {
  const [token, setToken] = useState('')
  const { mutate, isPending, error } = useChange(props)
  const atToken = tokenIssue(error)
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate({ token: token.trim() })
      }}
    >
      <TextField
        label="Token"
        type="password"
        value={token}
        required
        hint={HINTS[props.integration.integrationId] ?? 'It is tried at once; the old one is deleted.'}
        error={atToken}
        onText={setToken}
      />
      {error === null || atToken !== undefined ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button
        type="submit"
        look="primary"
        className="justify-self-end"
        disabled={isPending || token.trim() === ''}
      >
        {isPending ? 'Trying…' : 'Replace token'}
      </Button>
    </form>
  )
}

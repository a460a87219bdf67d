import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { CreateAutomation } from '#schema/contracts/automations'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { useIdempotencyKey } from '../../idempotency-key.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogEnd } from '../../ui/dialog.tsx'
import { InlineError } from '../../ui/states.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { repositoriesQuery } from '../sessions/queries.ts'
import { AutomationFields } from './automation-fields.tsx'
import type { AutomationDraft } from './automation-fields.tsx'
import { issuesElsewhere, issuesOf } from './schema-form/issues.ts'

export function CreateAutomationDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      long
      guarded
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="New automation"
      description="Say what the agent should do. When it runs comes next."
    >
      <CreateForm onDone={() => props.onOpenChange(false)} />
    </Dialog>
  )
}

const FIELDS = ['name', 'agentInstructions', 'defaultConfigurationId', 'modelId']

function CreateForm({ onDone }: { onDone: () => void }) {
  const repositories = useQuery(repositoriesQuery(useOrganizationId()))
  const [written, setWritten] = useState<Partial<AutomationDraft>>({})
  const first = repositories.data?.items[0]?.configurationId ?? null
  const draft = { name: '', agentInstructions: '', defaultConfigurationId: first, modelId: '', ...written }
  const { mutate, isPending, error } = useCreate(onDone)
  const ready = draft.name.trim() !== '' && !isPending
  const issues = issuesOf(error)
  const rest = issues.length === 0 && error !== null ? [explainError(error).message] : issuesElsewhere(issues, FIELDS)
  return (
    <form
      aria-label="New automation"
      className="grid grid-cols-[minmax(0,1fr)] gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const modelId = draft.modelId.trim() === '' ? null : draft.modelId.trim()
        const { defaultConfigurationId } = draft
        const agentInstructions = draft.agentInstructions.trim()
        if (ready) mutate({ name: draft.name.trim(), agentInstructions, defaultConfigurationId, modelId })
      }}
    >
      <AutomationFields draft={draft} issues={issues} onChange={(change) => setWritten({ ...written, ...change })} />
      {rest.length === 0 ? null : <InlineError>{rest.join(' ')}</InlineError>}
      <DialogEnd>
        <Button type="submit" look="primary" disabled={!ready}>
          {isPending ? 'Creating…' : 'Create automation'}
        </Button>
      </DialogEnd>
    </form>
  )
}

type Wanted = Pick<CreateAutomation, 'name' | 'agentInstructions' | 'defaultConfigurationId' | 'modelId'>

function useCreate(onDone: () => void) {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  const navigate = useNavigate()
  const keyOf = useIdempotencyKey()
  return useMutation({
    mutationFn: (body: Wanted) => call(endpoints.automations.create, { body, idempotencyKey: keyOf(body) }),
    onSuccess: async ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: [organizationId, 'automations'] })
      onDone()
      await navigate({ to: '/dashboard/automations/$automationId', params: { automationId: id } })
    },
  })
}

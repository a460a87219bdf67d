import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Automation, UpdateAutomation } from '#schema/contracts/automations'
import type { Tagged } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError, isStatus } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Discard } from '../../ui/dialog.tsx'
import { clipped } from '../../ui/format.ts'
import { InlineError } from '../../ui/states.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { AutomationFields } from './automation-fields.tsx'
import type { AutomationDraft } from './automation-fields.tsx'
import { automationQuery } from './queries.ts'
import { issuesElsewhere, issuesOf } from './schema-form/issues.ts'

/** What was written, and the tag of what it was written over. */
interface Edit {
  change: Partial<AutomationDraft>
  etag: string | null
}

interface FormProps {
  saved: Tagged<Automation>
  /** Reads what is saved now, and answers its tag. */
  onAgain: () => Promise<string | null>
}

const NOTE_CHARACTERS = 120

/**
 * Name, instructions, repository and model. Nothing that somebody else saved meanwhile is undone unseen: then it shows
 * theirs beside what was written, and asks again.
 */
export function AutomationForm({ saved, onAgain }: FormProps) {
  const [edit, setEdit] = useState<Edit | null>(null)
  const [isOutdated, setOutdated] = useState(false)
  const stands = draftOf(saved.body)
  const draft = { ...stands, ...edit?.change }
  const change = changeOf(stands, draft)
  const isWritten = Object.keys(change).length > 0
  const { mutate, isPending, error } = useSave(saved.body.id, {
    onSaved: () => {
      setEdit(null)
      setOutdated(false)
    },
    onOutdated: async () => {
      const etag = await onAgain()
      setEdit((before) => (before === null ? null : { ...before, etag }))
      setOutdated(true)
    },
  })
  const noteOf = (field: keyof AutomationDraft) => {
    return isOutdated && draft[field] !== stands[field] ? `Saved meanwhile: ${said(stands[field])}` : undefined
  }
  return (
    <form
      aria-label="Automation"
      className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (edit !== null) mutate({ change, etag: edit.etag })
      }}
    >
      <AutomationFields
        draft={draft}
        issues={issuesOf(error)}
        noteOf={noteOf}
        onChange={(part) => setEdit({ etag: edit?.etag ?? saved.etag, change: { ...edit?.change, ...part } })}
      />
      {isOutdated ? (
        <InlineError>
          Someone else just changed this automation. Look at what they saved, then save again.
        </InlineError>
      ) : (
        <Refusal error={error} />
      )}
      <Button type="submit" look="primary" className="justify-self-end" disabled={isPending || !isWritten}>
        {isPending ? 'Saving…' : 'Save changes'}
      </Button>
      <Leaving isWritten={isWritten && !isPending} />
    </form>
  )
}

/** Asks before a page is left on which something was written. */
function Leaving({ isWritten }: { isWritten: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => true,
    disabled: !isWritten,
    withResolver: true,
  })
  return <Discard open={status === 'blocked'} onOpenChange={() => reset?.()} onConfirm={() => proceed?.()} />
}

function Refusal({ error }: { error: unknown }) {
  if (error === null) return null
  const issues = issuesOf(error)
  const fields = ['name', 'agentInstructions', 'defaultConfigurationId', 'modelId']
  const words = issues.length === 0 ? [explainError(error).message] : issuesElsewhere(issues, fields)
  return words.length === 0 ? null : <InlineError>{words.join(' ')}</InlineError>
}

function draftOf({ name, agentInstructions, defaultConfigurationId, modelId }: Automation): AutomationDraft {
  return { name, agentInstructions, defaultConfigurationId, modelId: modelId ?? '' }
}

function said(value: string | null): string {
  return value === null || value === '' ? 'nothing' : clipped(value, NOTE_CHARACTERS)
}

function changeOf(saved: AutomationDraft, draft: AutomationDraft): UpdateAutomation {
  const { defaultConfigurationId } = draft
  const [name, modelId] = [draft.name.trim(), draft.modelId.trim()]
  const agentInstructions = draft.agentInstructions.trim()
  return {
    ...(name === saved.name ? {} : { name }),
    ...(agentInstructions === saved.agentInstructions ? {} : { agentInstructions }),
    ...(defaultConfigurationId === saved.defaultConfigurationId ? {} : { defaultConfigurationId }),
    ...(modelId === saved.modelId ? {} : { modelId: modelId === '' ? null : modelId }),
  }
}

function useSave(automationId: string, then: { onSaved: () => void; onOutdated: () => Promise<void> }) {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  return useMutation({
    mutationFn: ({ change, etag }: { change: UpdateAutomation; etag: string | null }) => {
      const ifMatch = etag === null ? {} : { ifMatch: etag }
      return call.tagged(endpoints.automations.update, { params: { automationId }, body: change, ...ifMatch })
    },
    onSuccess: async (saved) => {
      queryClient.setQueryData(automationQuery(organizationId, automationId).queryKey, saved)
      toast.success('Saved')
      then.onSaved()
      await queryClient.invalidateQueries({ queryKey: [organizationId, 'automations', 'list'] })
    },
    onError: async (error) => {
      if (isStatus(error, 412)) await then.onOutdated()
    },
  })
}

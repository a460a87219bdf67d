import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { Repository } from '#schema/contracts/repositories'
import type { CreateSession } from '#schema/contracts/sessions'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { useIdempotencyKey } from '../../idempotency-key.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { RepositoryForm } from '../repositories/repository-form.tsx'
import { RepositorySelect } from '../repositories/repository-select.tsx'
import { repositoriesQuery } from './queries.ts'

export function NewSessionDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="New session"
      description="An agent works on a copy of the repository, in a sandbox of its own."
    >
      <Repositories onDone={() => props.onOpenChange(false)} />
    </Dialog>
  )
}

function Repositories({ onDone }: { onDone: () => void }) {
  const { data, error, refetch } = useQuery(repositoriesQuery(useOrganizationId()))
  if (error !== null && data === undefined) {
    return (
      <div className="grid justify-items-start gap-3">
        <InlineError>The repositories could not be loaded. {explainError(error).message}</InlineError>
        <Button onClick={() => void refetch()}>Try again</Button>
      </div>
    )
  }
  if (data === undefined) return <FormSkeleton />
  if (data.items.length === 0) return <FirstRepository />
  return <NewSessionForm repositories={data.items} onDone={onDone} />
}

/** Without a repository there is nothing to start on: it is connected here, and the form of the session comes next. */
function FirstRepository() {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  const mayConnect = useMay('repositories:create')
  if (!mayConnect) {
    return <p className="pb-2 text-ink-soft">There is no repository yet. A member of the organization connects one.</p>
  }
  return (
    <div className="grid gap-4">
      <p className="text-ink-soft">There is no repository yet. Connect the first one.</p>
      <RepositoryForm onConnected={() => queryClient.invalidateQueries(repositoriesQuery(organizationId))} />
    </div>
  )
}

function FormSkeleton() {
  return (
    <div className="grid gap-4" aria-busy="true">
      <Skeleton className="h-8" />
      <Skeleton className="h-32" />
      <Skeleton className="h-8 w-28 justify-self-end" />
    </div>
  )
}

function NewSessionForm({ repositories, onDone }: { repositories: Repository[]; onDone: () => void }) {
  const [configurationId, setConfigurationId] = useState(repositories[0]?.configurationId)
  const [prompt, setPrompt] = useState('')
  const create = useCreateSession(onDone)
  const ready = configurationId !== undefined && prompt.trim() !== '' && !create.isPending
  const submit = () => {
    if (ready) create.mutate({ configurationId, initialPrompt: prompt.trim() })
  }
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit()
  }
  const options = repositories.map(({ configurationId: value, name, defaultBranch }) => {
    return { value, label: name, hint: defaultBranch, mono: true }
  })
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field label="Repository">
        {(id) => (
          <RepositorySelect id={id} value={configurationId} options={options} onChange={setConfigurationId} />
        )}
      </Field>
      <Field label="Prompt">
        {(id) => (
          <Textarea
            id={id}
            value={prompt}
            onChange={(event) => setPrompt(event.target.value)}
            onKeyDown={submitByKey}
            placeholder="What should the agent do?"
            className="field-sizing-content max-h-[40dvh] min-h-28 resize-none"
            autoFocus
          />
        )}
      </Field>
      {create.error === null ? null : <InlineError>{explainError(create.error).message}</InlineError>}
      <div className="flex items-center justify-between gap-3">
        <p className="hidden text-xs text-ink-faint sm:block">Ctrl or ⌘ with Enter starts it</p>
        <Button type="submit" look="primary" disabled={!ready} className="ml-auto">
          {create.isPending ? 'Starting…' : 'Start session'}
        </Button>
      </div>
    </form>
  )
}

/** Creates a session, once, however often the same form is sent. */
function useCreateSession(onDone: () => void) {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  const navigate = useNavigate()
  const keyOf = useIdempotencyKey()
  return useMutation({
    mutationFn: (body: CreateSession) => call(endpoints.sessions.create, { body, idempotencyKey: keyOf(body) }),
    onSuccess: async (session) => {
      void queryClient.invalidateQueries({ queryKey: [organizationId, 'sessions'] })
      onDone()
      await navigate({ to: '/workspace/$sessionId', params: { sessionId: session.id } })
    },
  })
}

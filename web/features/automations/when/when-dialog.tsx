import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { toast } from 'sonner'
import type { CreatedTrigger, Trigger } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import type { Tagged } from '#schema/endpoints/client'
import { call, explainError, isStatus } from '../../../client.ts'
import { useIdempotencyKey } from '../../../idempotency-key.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { InlineError, Skeleton } from '../../../ui/states.tsx'
import { useOrganizationId } from '../../identity/me.ts'
import { integrationsQuery, providersQuery, whenItemQuery } from '../queries.ts'
import { whenTitle } from '../when-words.ts'
import { SecretOnce, SecretTaken } from './secret-once.tsx'
import { EMPTY, openDraft } from './when-draft.ts'
import type { WhenRequest } from './when-draft.ts'
import { WhenForm } from './when-form.tsx'
import type { WhenChoices } from './when-form.tsx'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Adds what an automation runs on; where that has an address of its own, shows it with its secret, once. */
export function AddWhenDialog({ automationId, open, onOpenChange }: DialogProps & { automationId: string }) {
  const [made, setMade] = useState<CreatedTrigger | null>(null)
  const close = (isOpen: boolean) => {
    if (!isOpen) setMade(null)
    onOpenChange(isOpen)
  }
  return (
    <Dialog
      long
      guarded
      locked={made !== null}
      open={open}
      onOpenChange={close}
      title={made === null ? 'Runs when…' : 'Webhook URL created'}
      description={
        made === null
          ? 'Choose what has to happen for this automation to run.'
          : 'Everything sent there is for this automation alone.'
      }
    >
      {made?.webhook ? (
        <SecretTaken onTaken={() => close(false)}>
          <SecretOnce path={made.webhook.path} secret={made.webhookSecret} />
        </SecretTaken>
      ) : (
        <Choices>
          {(choices) => (
            <AddForm
              automationId={automationId}
              choices={choices}
              onAdded={(trigger) => (trigger.webhook === null ? close(false) : setMade(trigger))}
            />
          )}
        </Choices>
      )}
    </Dialog>
  )
}

function Choices({ children }: { children: (choices: WhenChoices) => ReactNode }) {
  const providers = useQuery(providersQuery)
  const integrations = useQuery(integrationsQuery(useOrganizationId()))
  if (providers.data !== undefined && integrations.data !== undefined) {
    return children({ providers: providers.data.items, integrations: integrations.data })
  }
  const error = providers.error ?? integrations.error
  if (error === null) return <FormSkeleton />
  const retry = () => {
    void providers.refetch()
    void integrations.refetch()
  }
  return (
    <div className="grid justify-items-start gap-3">
      <InlineError>What there is to choose from could not be loaded. {explainError(error).message}</InlineError>
      <Button onClick={retry}>Try again</Button>
    </div>
  )
}

function FormSkeleton() {
  return (
    <div className="grid gap-4" aria-busy="true">
      <p className="sr-only" role="status">
        Loading choices
      </p>
      <Skeleton className="h-24" />
      <Skeleton className="h-40" />
    </div>
  )
}

interface AddProps {
  automationId: string
  choices: WhenChoices
  onAdded: (trigger: CreatedTrigger) => void
}

function AddForm({ automationId, choices, onAdded }: AddProps) {
  const refresh = useRefreshWhen()
  const keyOf = useIdempotencyKey()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (request: WhenRequest) => {
      const body = { ...request, automationId }
      return call(endpoints.triggers.create, { body, idempotencyKey: keyOf(body) })
    },
    onSuccess: async (trigger) => {
      toast.success('Event added', { description: whenTitle(choices.providers, trigger) })
      onAdded(trigger)
      await refresh()
    },
    // The answer may hold a secret: nothing keeps it longer than this dialog does.
    gcTime: 0,
  })
  return (
    <WhenForm
      choices={choices}
      initial={EMPTY}
      saved={false}
      busy={isPending}
      error={error}
      action="Add"
      onSubmit={(request) => mutate(request)}
    />
  )
}

/** Everything that shows what automations run on is asked for again. */
export function useRefreshWhen(): () => Promise<void> {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  return () => queryClient.invalidateQueries({ queryKey: [organizationId, 'automations'] })
}

/** Changes it; the provider and how its events come about stay. */
export function EditWhenDialog({ triggerId, open, onOpenChange }: DialogProps & { triggerId: string }) {
  return (
    <Dialog
      long
      guarded
      open={open}
      onOpenChange={onOpenChange}
      title="Runs when…"
      description="Runs that it has started already are not touched."
    >
      <Choices>
        {(choices) => <Saved triggerId={triggerId} choices={choices} onDone={() => onOpenChange(false)} />}
      </Choices>
    </Dialog>
  )
}

interface SavedProps {
  triggerId: string
  choices: WhenChoices
  onDone: () => void
}

function Saved({ triggerId, choices, onDone }: SavedProps) {
  const { data, error, refetch } = useQuery({
    ...whenItemQuery(useOrganizationId(), triggerId),
    refetchOnWindowFocus: false,
  })
  if (data !== undefined) {
    return <EditForm saved={data} choices={choices} onDone={onDone} onAgain={() => refetch()} />
  }
  if (error === null) return <FormSkeleton />
  return <InlineError>{explainError(error).message}</InlineError>
}

interface EditProps {
  saved: Tagged<Trigger>
  choices: WhenChoices
  onDone: () => void
  /** Reads what is saved now. */
  onAgain: () => Promise<unknown>
}

function EditForm({ saved, choices, onDone, onAgain }: EditProps) {
  const [first] = useState(saved.body)
  const refresh = useRefreshWhen()
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ provider: _provider, triggerType: _mechanism, ...body }: WhenRequest) => {
      const ifMatch = saved.etag === null ? {} : { ifMatch: saved.etag }
      return call(endpoints.triggers.update, { params: { triggerId: first.id }, body, ...ifMatch })
    },
    onSuccess: async () => {
      toast.success('Saved')
      onDone()
      await refresh()
    },
    onError: async (refused) => {
      if (isStatus(refused, 412)) await onAgain()
    },
  })
  const isOutdated = isStatus(error, 412)
  return (
    <div className="grid gap-4">
      <p className="font-medium">{whenTitle(choices.providers, first)}</p>
      <WhenForm
        choices={choices}
        initial={openDraft(first)}
        saved
        busy={isPending}
        error={isOutdated ? null : error}
        action={isOutdated ? 'Save mine all the same' : 'Save'}
        notice={
          isOutdated
            ? 'Someone else just changed it. What you wrote is still here; saving it now replaces theirs.'
            : undefined
        }
        onSubmit={(request) => mutate(request)}
      />
    </div>
  )
}

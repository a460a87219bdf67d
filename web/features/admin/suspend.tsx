import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ban, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import type { AdminUser } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { toastError } from '../../ui/toasts.tsx'
import { useMe } from '../identity/me.ts'
import { isOneself } from './oneself.ts'
import { EVERY_ADMIN_USER } from './queries.ts'

/** Keeps a person out, or lets a suspended one in again; nobody suspends themselves. */
export function Suspend({ user }: { user: AdminUser }) {
  const me = useMe()
  if (isOneself(me, user)) return null
  return user.suspendedAt === null ? <SuspendPerson user={user} /> : <UnsuspendPerson user={user} />
}

function SuspendPerson({ user }: { user: AdminUser }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        look="quiet"
        size="icon"
        aria-label={`Suspend ${user.name}`}
        title="Suspend…"
        onClick={() => setOpen(true)}
      >
        <Ban aria-hidden />
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Suspend ${user.name}`}
        description="They are signed out everywhere, and whatever they or their API keys ask is refused."
      >
        <SuspendForm user={user} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function SuspendForm({ user, onDone }: { user: AdminUser; onDone: () => void }) {
  const [reason, setReason] = useState('')
  const refresh = useRefreshUsers()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const body = reason.trim() === '' ? {} : { reason: reason.trim() }
      return call(endpoints.admin.suspend, { params: { userId: user.id }, body })
    },
    onSuccess: async () => {
      onDone()
      toast.success(`${user.name} is suspended`)
      await refresh()
    },
  })
  return (
    <form
      aria-label="Suspend"
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <Field label="Reason" hint="For the audit log of each of their organizations; may be left out.">
        {(id, describedBy) => (
          <Textarea
            id={id}
            aria-describedby={describedBy}
            value={reason}
            maxLength={500}
            autoFocus
            className="field-sizing-content max-h-[40dvh] min-h-20 resize-none"
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button type="submit" look="danger" className="justify-self-end" disabled={isPending}>
        {isPending ? 'Suspending…' : 'Suspend'}
      </Button>
    </form>
  )
}

function UnsuspendPerson({ user }: { user: AdminUser }) {
  const refresh = useRefreshUsers()
  const { mutate, isPending } = useMutation({
    mutationFn: () => call(endpoints.admin.unsuspend, { params: { userId: user.id } }),
    onSuccess: async () => {
      toast.success(`${user.name} may sign in again`)
      await refresh()
    },
    onError: (error) => toastError(`${user.name} is still suspended`, error),
  })
  return (
    <Confirm
      trigger={
        <Button
          look="quiet"
          size="icon"
          aria-label={`Unsuspend ${user.name}`}
          title="Unsuspend…"
          disabled={isPending}
        >
          <RotateCcw aria-hidden />
        </Button>
      }
      title={`Unsuspend ${user.name}?`}
      description="They may sign in again, and their API keys work again."
      action="Unsuspend"
      onConfirm={() => mutate()}
    />
  )
}

function useRefreshUsers(): () => Promise<void> {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: EVERY_ADMIN_USER })
}

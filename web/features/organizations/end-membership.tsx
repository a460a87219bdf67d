import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { toast } from 'sonner'
import type { Organization } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { PanelRow } from '../../ui/panel.tsx'
import { toastError } from '../../ui/toasts.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useMe } from '../identity/me.ts'
import { useLeaveOrganization } from './enter-organization.ts'
import { TransferForm } from './transfer-form.tsx'

interface About {
  organization: Organization
}

export function TransferOwnership({ organization }: About) {
  return (
    <PanelRow
      title="Transfer ownership"
      action={
        <Asking
          label="Transfer…"
          title="Transfer ownership"
          description="The new owner may do everything, also remove you. You stay as an admin."
        >
          {(close) => <TransferForm organization={organization} onDone={close} />}
        </Asking>
      }
    >
      Make another member the owner; you become an admin.
    </PanelRow>
  )
}

export function LeaveOrganization({ organization }: About) {
  const openAnother = useLeaveOrganization()
  const { mutate, isPending } = useMutation({
    mutationFn: () => call(endpoints.members.leave, { params: { organizationId: organization.id } }),
    onSuccess: () => {
      toast.success(`You have left ${organization.name}`)
      openAnother()
    },
    onError: (error) => toastError(`You are still a member of ${organization.name}`, error),
  })
  if (organization.role === 'owner') {
    return <PanelRow title="Leave">As the owner you cannot leave. Transfer the ownership first.</PanelRow>
  }
  return (
    <PanelRow
      title="Leave"
      action={
        <Confirm
          trigger={
            <Button look="danger" disabled={isPending}>
              {isPending ? 'Leaving…' : 'Leave'}
            </Button>
          }
          title={`Leave ${organization.name}?`}
          description="Your API keys for it end. To come back you need an invitation."
          action="Leave"
          onConfirm={() => mutate()}
        />
      }
    >
      You lose access to everything in this organization.
    </PanelRow>
  )
}

export function DeleteOrganization({ organization }: About) {
  const { organizations } = useMe()
  if (organizations.length < 2) {
    return <PanelRow title="Delete">This is your only organization, so it cannot be deleted.</PanelRow>
  }
  return (
    <PanelRow
      title="Delete"
      action={
        <Asking
          label="Delete…"
          title={`Delete ${organization.name}`}
          description="Running sessions end. Repositories, automations, sessions and the audit log are gone for good."
        >
          {() => <DeleteForm organization={organization} />}
        </Asking>
      }
    >
      The organization with everything in it. This cannot be undone.
    </PanelRow>
  )
}

function DeleteForm({ organization }: About) {
  const openAnother = useLeaveOrganization()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const params = { organizationId: organization.id }
      return call(endpoints.organizations.remove, { params, body: { confirmName: organization.name } })
    },
    onSuccess: () => {
      toast.success(`${organization.name} was deleted`)
      openAnother()
    },
  })
  return (
    <TypedConfirm
      expected={organization.name}
      action="Delete organization"
      busy={isPending}
      error={error === null ? null : explainError(error).message}
      onConfirm={() => mutate()}
    />
  )
}

function Asking(props: {
  label: string
  title: string
  description: string
  children: (close: () => void) => ReactNode
}) {
  const { label, title, description, children } = props
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={title} description={description}>
        {children(() => setOpen(false))}
      </Dialog>
    </>
  )
}

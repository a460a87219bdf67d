import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Automation } from '#schema/contracts/automations'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PanelRow } from '../../ui/panel.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useOrganizationId } from '../identity/me.ts'

export function DeleteAutomation({ automation }: { automation: Automation }) {
  const [open, setOpen] = useState(false)
  const button = (
    <Button look="danger" onClick={() => setOpen(true)}>
      Delete…
    </Button>
  )
  return (
    <>
      <PanelRow title="Delete this automation" action={button}>
        With what it runs on and its runs. Sessions stay. To pause it, switch it off instead.
      </PanelRow>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Delete ${automation.name}`}
        description="It never runs again, and its runs are gone. This cannot be undone."
      >
        <DeleteForm automation={automation} />
      </Dialog>
    </>
  )
}

function DeleteForm({ automation }: { automation: Automation }) {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => call(endpoints.automations.delete, { params: { automationId: automation.id } }),
    onSuccess: async () => {
      toast.success(`${automation.name} was deleted`)
      await navigate({ to: '/dashboard/automations', ignoreBlocker: true })
      await queryClient.invalidateQueries({ queryKey: [organizationId, 'automations'] })
    },
  })
  return (
    <TypedConfirm
      expected={automation.name}
      action="Delete automation"
      busy={isPending}
      error={error === null ? null : explainError(error).message}
      onConfirm={() => mutate()}
    />
  )
}

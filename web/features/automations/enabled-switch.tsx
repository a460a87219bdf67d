import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Automation } from '#schema/contracts/automations'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { Switch } from '../../ui/switch.tsx'
import { toastError } from '../../ui/toasts.tsx'
import { useMayOwn, useOrganizationId } from '../identity/me.ts'

/** Switches an automation on or off; what happens while it is off starts nothing. */
export function EnabledSwitch({ automation, className }: { automation: Automation; className?: string }) {
  const mayUpdate = useMayOwn('automations:update', automation)
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const { mutate, variables, isPending } = useMutation({
    mutationFn: (enabled: boolean) => {
      return call(endpoints.automations.update, { params: { automationId: automation.id }, body: { enabled } })
    },
    onError: (error) => toastError(`${automation.name} was not switched`, error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [organizationId, 'automations'] }),
  })
  return (
    <Switch
      label={`${automation.name} on`}
      checked={isPending ? variables : automation.enabled}
      disabled={!mayUpdate}
      {...(className === undefined ? {} : { className })}
      onChange={(enabled) => mutate(enabled)}
    />
  )
}

import { useMutation } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { toastError } from '../../ui/toasts.tsx'
import { tellOtherTabs, useLeaveOrganization } from '../organizations/enter-organization.ts'

/**
 * Sees the product as somebody else from now on, in all tabs: the cookie is the browser's. Everything known before is
 * forgotten, for it was another person's.
 */
export function useImpersonate() {
  const openAfresh = useLeaveOrganization()
  return useMutation({
    mutationFn: (body: { userId: string; organizationId: string }) => call(endpoints.admin.impersonate, { body }),
    onSuccess: (_, { userId, organizationId }) => {
      tellOtherTabs(`${organizationId} as ${userId}`)
      openAfresh()
    },
  })
}

/** Is oneself again, in all tabs. */
export function useStopImpersonating() {
  const openAfresh = useLeaveOrganization()
  return useMutation({
    mutationFn: () => call(endpoints.admin.stopImpersonating),
    onSuccess: () => {
      tellOtherTabs('as oneself')
      openAfresh()
    },
    onError: (error) => toastError('You still see the product as someone else', error),
  })
}

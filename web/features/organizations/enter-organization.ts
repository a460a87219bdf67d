import { useIsMutating, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { toastError } from '../../ui/toasts.tsx'

const ENTER = ['enter-organization']

/** One sign-in stands on one organization: tabs tell each other when it has moved. One object, deaf to itself alone. */
const channel = new BroadcastChannel('proliferate.organization')

/**
 * Stands the sign-in on another organization, forgets everything known of the one before, and opens its sessions.
 * Until that is done the shell shows nothing (`useIsEntering`), so pages and their sockets are gone first.
 */
export function useEnterOrganization(): (organizationId: string) => void {
  const open = useOpenAfresh()
  const { mutate } = useMutation({
    mutationKey: ENTER,
    mutationFn: async (organizationId: string) => {
      await call(endpoints.organizations.activate, { params: { organizationId } })
      tellOtherTabs(organizationId)
      await open()
    },
    onError: (error) => toastError('The organization was not switched', error),
  })
  return mutate
}

/** For when the sign-in stands elsewhere already, as after leaving an organization: opens it, here and in all tabs. */
export function useLeaveOrganization(): () => void {
  const open = useOpenAfresh()
  const { mutate } = useMutation({
    mutationKey: ENTER,
    mutationFn: async () => {
      tellOtherTabs(null)
      await open()
    },
  })
  return mutate
}

/** Whether the organization is being changed at this moment. */
export function useIsEntering(): boolean {
  return useIsMutating({ mutationKey: ENTER }) > 0
}

/** Follows when another tab switches: what this one shows is not what its next request would be about. */
export function useOtherTabs(organizationId: string | null): void {
  const reopen = useReopen()
  useEffect(() => {
    const follow = ({ data }: MessageEvent) => {
      if (data === null || data !== organizationId) reopen()
    }
    channel.addEventListener('message', follow)
    return () => channel.removeEventListener('message', follow)
  }, [organizationId, reopen])
}

/** Shows what the sign-in stands on now, in this tab alone. */
export function useReopen(): () => void {
  const open = useOpenAfresh()
  return useMutation({ mutationKey: ENTER, mutationFn: open }).mutate
}

/** Tells where the sign-in stands now; null lets every other tab ask anew. */
export function tellOtherTabs(organizationId: string | null): void {
  channel.postMessage(organizationId)
}

function useOpenAfresh(): () => Promise<void> {
  const queryClient = useQueryClient()
  const router = useRouter()
  return async () => {
    // Not the mutations: the one that runs is what keeps the shell empty.
    queryClient.getQueryCache().clear()
    await router.navigate({ to: '/dashboard/sessions' })
    // The shell asks anew who and where one is, also when one was on that page already.
    await router.invalidate()
  }
}

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'
import { meQuery } from './me.ts'

/** Asks anew who and where one is, and shows it: after a change of a name, a role, a membership. */
export function useRefreshMe(): () => Promise<void> {
  const queryClient = useQueryClient()
  const router = useRouter()
  return useCallback(async () => {
    await queryClient.fetchQuery({ ...meQuery, staleTime: 0 })
    await router.invalidate()
  }, [queryClient, router])
}

import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { toastError } from '../../ui/toasts.tsx'
import { signOut } from './sign-in.ts'

/** Signs out, forgets everything this page knows, and shows the sign-in. */
export function useSignOut(): () => void {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return () => {
    signOut().then(
      async () => {
        queryClient.clear()
        await navigate({ to: '/sign-in', replace: true })
      },
      (error: unknown) => toastError('You are still signed in', error),
    )
  }
}

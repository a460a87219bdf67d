import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { safeNext } from './safe-next.ts'

/** Goes on as whoever is signed in now: forgets what was known of the one before, and leads to `next`. */
export function useEnter(next: string | undefined): () => Promise<void> {
  const queryClient = useQueryClient()
  const router = useRouter()
  return async () => {
    queryClient.clear()
    await router.navigate({ href: safeNext(next), replace: true })
  }
}

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { toast } from 'sonner'
import type { Me } from '#schema/contracts/identity'
import { onRefused } from '../../client.ts'
import { meQuery } from '../identity/me.ts'
import { useReopen } from './enter-organization.ts'

/** A page that asks for nothing by itself must notice within a minute as well. */
const LOOK_EVERY_MS = 30_000

/**
 * Asks anew who and where one is when something is refused, and now and then: with another role the page offers what
 * that one may, and who is no member any more is told so, and led to what is left to them.
 */
export function useLostAccess(me: Me): void {
  const queryClient = useQueryClient()
  const router = useRouter()
  const reopen = useReopen()
  useEffect(() => {
    let isAsking = false
    const look = async () => {
      // Under a name of its own: that nobody is signed in any more leads to the sign-in, as from every other query.
      const told = await queryClient.fetchQuery({ ...meQuery, queryKey: ['me-again'], staleTime: 0 })
      const now = queryClient.setQueryData(meQuery.queryKey, told) ?? told
      if (now.organization?.id === me.organization?.id && now.user.id === me.user.id) {
        if (now !== me) await router.invalidate()
        return
      }
      const why = whyLost(me, now)
      if (why !== null) toast.error(why)
      reopen()
    }
    const lookOnce = () => {
      if (isAsking) return
      isAsking = true
      // When it cannot be asked, what was refused has said so itself.
      void look().catch(() => undefined).finally(() => {
        isAsking = false
      })
    }
    const stopListening = onRefused(lookOnce)
    const lookIfSeen = () => {
      if (!document.hidden) lookOnce()
    }
    const timer = setInterval(lookIfSeen, LOOK_EVERY_MS)
    document.addEventListener('visibilitychange', lookIfSeen)
    return () => {
      stopListening()
      clearInterval(timer)
      document.removeEventListener('visibilitychange', lookIfSeen)
    }
  }, [queryClient, router, reopen, me])
}

/** Null when one is still a member: the sign-in was only moved elsewhere. */
function whyLost(before: Me, now: Me): string | null {
  if (before.impersonation !== null && now.impersonation === null) {
    return `You no longer see the product as ${before.user.name}.`
  }
  const { organization } = before
  const isMember = now.organizations.some(({ id }) => id === organization?.id)
  return organization === null || isMember ? null : `You are no longer a member of ${organization.name}.`
}

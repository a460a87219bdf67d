import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { isStatus, isSuspended, SUSPENDED } from '../client.ts'
import { meQuery } from '../features/identity/me.ts'
import { safeNext } from '../features/identity/safe-next.ts'

/** For pages that only those need who are not signed in: the others go on to `next`. */
export async function leaveWhenSignedIn(queryClient: QueryClient, next: string | undefined): Promise<void> {
  const me = await queryClient.fetchQuery({ ...meQuery, retry: false }).catch(() => null)
  if (me !== null) throw redirect({ href: safeNext(next), replace: true })
}

/** For pages outside the shell that need somebody: leads to the sign-in, and back to `here`. */
export async function askToSignIn(queryClient: QueryClient, here: string): Promise<void> {
  try {
    await queryClient.fetchQuery(meQuery)
  } catch (error) {
    sendAway(error, here)
    throw error
  }
}

/** Leads to the sign-in who is not signed in, to come back `here`, and who is suspended, to be told so. */
export function sendAway(error: unknown, here: string): void {
  const reason = isSuspended(error) ? { error: SUSPENDED } : {}
  if (!isSuspended(error) && !isStatus(error, 401)) return
  throw redirect({ to: '/sign-in', search: { next: here, ...reason }, replace: true })
}

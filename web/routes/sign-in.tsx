import { createRoute, redirect, useRouter } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { meQuery } from '../features/identity/me.ts'
import { safeNext } from '../features/identity/safe-next.ts'
import { SignInForm } from '../features/identity/sign-in-form.tsx'
import { useTitle } from '../ui/title.ts'
import { rootRoute } from './root.tsx'

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: z.object({ next: z.string().optional().catch(undefined) }),
  beforeLoad: async ({ context, search }) => {
    const me = await context.queryClient.fetchQuery({ ...meQuery, retry: false }).catch(() => null)
    if (me !== null) throw redirect({ href: safeNext(search.next), replace: true })
  },
  component: SignInPage,
})

function SignInPage() {
  const { next } = signInRoute.useSearch()
  const router = useRouter()
  const queryClient = useQueryClient()
  useTitle('Sign in')
  const enter = async () => {
    queryClient.clear()
    await router.navigate({ href: safeNext(next), replace: true })
  }
  return (
    <main className="grid min-h-full place-items-center px-5 py-12">
      <SignInForm onSignedIn={enter} />
    </main>
  )
}

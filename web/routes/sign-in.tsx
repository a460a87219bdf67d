import { createRoute } from '@tanstack/react-router'
import { z } from 'zod'
import { SignInForm } from '../features/identity/sign-in-form.tsx'
import { useEnter } from '../features/identity/use-enter.ts'
import { EntranceSkeleton } from '../ui/entrance.tsx'
import { useTitle } from '../ui/title.ts'
import { rootRoute } from './root.tsx'
import { leaveWhenSignedIn } from './signed-in.ts'

const text = z.string().optional().catch(undefined)

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: z.object({ next: text, email: text, error: text }),
  beforeLoad: ({ context, search }) => leaveWhenSignedIn(context.queryClient, search.next),
  pendingComponent: EntranceSkeleton,
  component: function SignIn() {
    const { next, email, error } = signInRoute.useSearch()
    useTitle('Sign in')
    return <SignInForm next={next} email={email} failure={error} onSignedIn={useEnter(next)} />
  },
})

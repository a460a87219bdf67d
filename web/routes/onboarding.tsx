import type { QueryClient } from '@tanstack/react-query'
import { useQuery } from '@tanstack/react-query'
import { createRoute, redirect } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { ReactNode } from 'react'
import { MeProvider } from '../features/identity/me-provider.tsx'
import { meQuery } from '../features/identity/me.ts'
import { EntranceSkeleton } from '../ui/entrance.tsx'
import { rootRoute } from './root.tsx'
import { askToSignIn } from './signed-in.ts'

const loadPage = () => import('../features/onboarding/onboarding-page.tsx')
const OnboardingPage = lazy(async () => ({ default: (await loadPage()).OnboardingPage }))

const walkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/onboarding',
  beforeLoad: async ({ context, location }) => {
    const { onboarding, verbs } = await whoIs(context.queryClient, location.href)
    const isOpen = onboarding?.complete === false && verbs.includes('organizations:update')
    if (!isOpen) throw redirect({ to: '/dashboard/sessions', replace: true })
  },
  loader: () => void loadPage(),
  pendingComponent: EntranceSkeleton,
  component: () => (
    <AsMe>
      <OnboardingPage />
    </AsMe>
  ),
})

const loadEnd = () => import('../features/onboarding/complete-page.tsx')
const CompletePage = lazy(async () => ({ default: (await loadEnd()).CompletePage }))

const endRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/onboarding/complete',
  beforeLoad: async ({ context, location }) => {
    const { onboarding } = await whoIs(context.queryClient, location.href)
    if (onboarding?.complete !== true) throw redirect({ to: '/onboarding', replace: true })
  },
  loader: () => void loadEnd(),
  pendingComponent: EntranceSkeleton,
  component: () => (
    <AsMe>
      <CompletePage />
    </AsMe>
  ),
})

async function whoIs(queryClient: QueryClient, here: string) {
  await askToSignIn(queryClient, here)
  return queryClient.fetchQuery(meQuery)
}

/** The pages stand outside the shell, which otherwise says who is signed in. */
function AsMe({ children }: { children: ReactNode }) {
  const { data: me } = useQuery(meQuery)
  if (me === undefined) return <EntranceSkeleton />
  return (
    <MeProvider me={me}>
      <Suspense fallback={<EntranceSkeleton />}>{children}</Suspense>
    </MeProvider>
  )
}

/** The first steps of a new person, beside the shell. */
export const onboardingRoutes = [walkRoute, endRoute]

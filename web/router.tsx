import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { ApiError } from '#schema/endpoints/client'
import { isStatus, isSuspended } from './client.ts'
import { meQuery } from './features/identity/me.ts'
import { accountRoutes } from './routes/accounts.tsx'
import { adminRoutes } from './routes/admin.tsx'
import { automationRoutes } from './routes/automations.tsx'
import { deliveryRoutes } from './routes/deliveries.tsx'
import { deviceRoute } from './routes/device.tsx'
import { homeRoutes } from './routes/home.tsx'
import { integrationsRoute } from './routes/integrations.tsx'
import { invitationRoute } from './routes/invitations.tsx'
import { mailboxRoute } from './routes/mailbox.tsx'
import { onboardingRoutes } from './routes/onboarding.tsx'
import { repositoriesRoute } from './routes/repositories.tsx'
import { rootRoute } from './routes/root.tsx'
import { runRoutes } from './routes/runs.tsx'
import { sessionRoutes } from './routes/sessions.tsx'
import { settingsRoutes } from './routes/settings.tsx'
import { shellRoute } from './routes/shell.tsx'
import { signInRoute } from './routes/sign-in.tsx'
import { Broken } from './ui/broken.tsx'
import { NotFound } from './ui/not-found.tsx'

const TRIES = 3
const FRESH_MS = 5_000

/** Answers of the API that another try would not change. */
function isFinal(error: Error): boolean {
  return error instanceof ApiError && error.status < 500
}

function endsSignIn(error: Error): boolean {
  return isStatus(error, 401) || isSuspended(error)
}

function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (endsSignIn(error) && query.queryKey[0] !== meQuery.queryKey[0]) onSignedOut()
      },
    }),
    mutationCache: new MutationCache({
      onError: (error) => {
        if (endsSignIn(error)) onSignedOut()
      },
    }),
    defaultOptions: {
      queries: { staleTime: FRESH_MS, retry: (failures, error) => !isFinal(error) && failures < TRIES - 1 },
      mutations: { retry: false },
    },
  })
}

const routeTree = rootRoute.addChildren([
  signInRoute,
  ...accountRoutes,
  invitationRoute,
  deviceRoute,
  mailboxRoute,
  ...onboardingRoutes,
  shellRoute.addChildren([
    ...homeRoutes,
    ...sessionRoutes,
    ...automationRoutes,
    ...runRoutes,
    ...deliveryRoutes,
    repositoriesRoute,
    integrationsRoute,
    ...settingsRoutes,
    ...adminRoutes,
  ]),
])

/** The router with the query client it shares with the pages. */
export function openRouter() {
  let isLeaving = false
  const queryClient = createQueryClient(() => {
    // Several requests fail together; a second clearing would take away the answer that the first one waits for.
    if (isLeaving) return
    isLeaving = true
    queryClient.clear()
    // The shell asks who is signed in, learns that nobody is or may be, and sends the person to the sign-in.
    void router.invalidate().finally(() => {
      isLeaving = false
    })
  })
  const router = createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultNotFoundComponent: () => <NotFound />,
    defaultErrorComponent: Broken,
  })
  return { router, queryClient }
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof openRouter>['router']
  }
}

import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import { SessionStatus } from '#schema/contracts/sessions'
import { useMe } from '../features/identity/me.ts'
import { SessionsPage } from '../features/sessions/sessions-page.tsx'
import { NotFound } from '../ui/not-found.tsx'
import { PageSkeleton } from '../ui/page.tsx'
import { shellRoute } from './shell.tsx'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/sessions',
  validateSearch: z.object({ status: SessionStatus.optional().catch(undefined) }),
  component: function Sessions() {
    const { status } = listRoute.useSearch()
    const navigate = listRoute.useNavigate()
    return <SessionsPage status={status} onStatus={(next) => void navigate({ search: { status: next } })} />
  },
})

const loadPage = () => import('../features/sessions/session-page.tsx')
const SessionPage = lazy(async () => ({ default: (await loadPage()).SessionPage }))

const sessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/workspace/$sessionId',
  loader: () => void loadPage(),
  component: function Session() {
    const { sessionId } = sessionRoute.useParams()
    const { role } = useMe()
    if (!Id.safeParse(sessionId).success) return <NotFound what="session" />
    return (
      <Suspense fallback={<PageSkeleton />}>
        <SessionPage key={`${sessionId} as ${role}`} sessionId={sessionId} />
      </Suspense>
    )
  },
})

export const sessionRoutes = [listRoute, sessionRoute]

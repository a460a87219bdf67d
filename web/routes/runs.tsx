import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import { RunStatus } from '#schema/contracts/runs'
import { RunsPage } from '../features/runs/runs-page.tsx'
import { NotFound } from '../ui/not-found.tsx'
import { PageSkeleton } from '../ui/page.tsx'
import { shellRoute } from './shell.tsx'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/runs',
  validateSearch: z.object({ status: RunStatus.optional().catch(undefined) }),
  component: function Runs() {
    const { status } = listRoute.useSearch()
    const navigate = listRoute.useNavigate()
    return <RunsPage status={status} onStatus={(next) => void navigate({ search: { status: next } })} />
  },
})

const loadPage = () => import('../features/runs/run-page.tsx')
const RunPage = lazy(async () => ({ default: (await loadPage()).RunPage }))

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/runs/$runId',
  loader: () => void loadPage(),
  component: function Run() {
    const { runId } = runRoute.useParams()
    if (!Id.safeParse(runId).success) return <NotFound what="run" />
    return (
      <Suspense fallback={<PageSkeleton />}>
        <RunPage key={runId} runId={runId} />
      </Suspense>
    )
  },
})

export const runRoutes = [listRoute, runRoute]

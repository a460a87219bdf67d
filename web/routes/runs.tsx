import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import { RunStatus } from '#schema/contracts/runs'
import { RunsPage } from '../features/runs/runs-page.tsx'
import { NotFound } from '../ui/not-found.tsx'
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

const RunPage = lazyRouteComponent(() => import('../features/runs/run-page.tsx'), 'RunPage')

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/runs/$runId',
  component: function Run() {
    const { runId } = runRoute.useParams()
    return Id.safeParse(runId).success ? <RunPage key={runId} runId={runId} /> : <NotFound what="run" />
  },
})

export const runRoutes = [listRoute, runRoute]

import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { z } from 'zod'
import { EntranceSkeleton } from '../ui/entrance.tsx'
import { rootRoute } from './root.tsx'
import { askToSignIn } from './signed-in.ts'

const loadPage = () => import('../features/identity/device/device-page.tsx')
const DevicePage = lazy(async () => ({ default: (await loadPage()).DevicePage }))

/** Devices send people here with their code (domain/identity). */
export const deviceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/device',
  validateSearch: z.object({ code: z.coerce.string().max(40).optional().catch(undefined) }),
  beforeLoad: ({ context, location }) => askToSignIn(context.queryClient, location.href),
  loader: () => void loadPage(),
  pendingComponent: EntranceSkeleton,
  component: function Device() {
    const { code } = deviceRoute.useSearch()
    const navigate = deviceRoute.useNavigate()
    return (
      <Suspense fallback={<EntranceSkeleton />}>
        <DevicePage code={code} onCode={(next) => void navigate({ search: { code: next } })} />
      </Suspense>
    )
  },
})

import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { PageSkeleton } from '../ui/page.tsx'
import { shellRoute } from './shell.tsx'

const loadPage = () => import('../features/integrations/integrations-page.tsx')
const IntegrationsPage = lazy(async () => ({ default: (await loadPage()).IntegrationsPage }))

export const integrationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/integrations',
  loader: () => void loadPage(),
  component: function Integrations() {
    return (
      <Suspense fallback={<PageSkeleton />}>
        <IntegrationsPage />
      </Suspense>
    )
  },
})

import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { PageSkeleton } from '../ui/page.tsx'
import { shellRoute } from './shell.tsx'

const loadPage = () => import('../features/repositories/repositories-page.tsx')
const RepositoriesPage = lazy(async () => ({ default: (await loadPage()).RepositoriesPage }))

export const repositoriesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/repositories',
  loader: () => void loadPage(),
  component: function Repositories() {
    return (
      <Suspense fallback={<PageSkeleton />}>
        <RepositoriesPage />
      </Suspense>
    )
  },
})

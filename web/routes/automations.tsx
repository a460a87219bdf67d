import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Id } from '#schema/contracts/common'
import { NotFound } from '../ui/not-found.tsx'
import { PageSkeleton } from '../ui/page.tsx'
import { shellRoute } from './shell.tsx'

const loadList = () => import('../features/automations/automations-page.tsx')
const AutomationsPage = lazy(async () => ({ default: (await loadList()).AutomationsPage }))

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/automations',
  loader: () => void loadList(),
  component: function Automations() {
    return (
      <Suspense fallback={<PageSkeleton />}>
        <AutomationsPage />
      </Suspense>
    )
  },
})

const loadPage = () => import('../features/automations/automation-page.tsx')
const AutomationPage = lazy(async () => ({ default: (await loadPage()).AutomationPage }))

const automationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/automations/$automationId',
  loader: () => void loadPage(),
  component: function Automation() {
    const { automationId } = automationRoute.useParams()
    if (!Id.safeParse(automationId).success) return <NotFound what="automation" />
    return (
      <Suspense fallback={<PageSkeleton />}>
        <AutomationPage key={automationId} automationId={automationId} />
      </Suspense>
    )
  },
})

export const automationRoutes = [listRoute, automationRoute]

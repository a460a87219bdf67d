import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import { DeliveryStatus } from '#schema/contracts/deliveries'
import { DeliveriesPage } from '../features/deliveries/deliveries-page.tsx'
import { NotFound } from '../ui/not-found.tsx'
import { shellRoute } from './shell.tsx'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/deliveries',
  validateSearch: z.object({ status: DeliveryStatus.optional().catch(undefined) }),
  component: function Deliveries() {
    const { status } = listRoute.useSearch()
    const navigate = listRoute.useNavigate()
    return <DeliveriesPage status={status} onStatus={(next) => void navigate({ search: { status: next } })} />
  },
})

const loadPage = () => import('../features/deliveries/delivery-page.tsx')
const DeliveryPage = lazy(async () => ({ default: (await loadPage()).DeliveryPage }))

const deliveryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/deliveries/$deliveryId',
  loader: () => void loadPage(),
  component: function Delivery() {
    const { deliveryId } = deliveryRoute.useParams()
    if (!Id.safeParse(deliveryId).success) return <NotFound what="delivery" />
    return (
      <Suspense>
        <DeliveryPage key={deliveryId} deliveryId={deliveryId} />
      </Suspense>
    )
  },
})

export const deliveryRoutes = [listRoute, deliveryRoute]

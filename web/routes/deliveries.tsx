import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
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

const DeliveryPage = lazyRouteComponent(() => import('../features/deliveries/delivery-page.tsx'), 'DeliveryPage')

const deliveryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/deliveries/$deliveryId',
  component: function Delivery() {
    const { deliveryId } = deliveryRoute.useParams()
    if (!Id.safeParse(deliveryId).success) return <NotFound what="delivery" />
    return <DeliveryPage key={deliveryId} deliveryId={deliveryId} />
  },
})

export const deliveryRoutes = [listRoute, deliveryRoute]

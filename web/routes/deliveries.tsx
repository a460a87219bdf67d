import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Id } from '#schema/contracts/common'
import { DeliveriesPage } from '../features/deliveries/deliveries-page.tsx'
import { DeliveriesSearch } from '../features/deliveries/deliveries-search.ts'
import { NotFound } from '../ui/not-found.tsx'
import { PageSkeleton } from '../ui/page.tsx'
import { shellRoute } from './shell.tsx'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/dashboard/deliveries',
  validateSearch: DeliveriesSearch,
  component: function Deliveries() {
    const search = listRoute.useSearch()
    const navigate = listRoute.useNavigate()
    return <DeliveriesPage search={search} onSearch={(next) => void navigate({ search: next })} />
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
      <Suspense fallback={<PageSkeleton />}>
        <DeliveryPage key={deliveryId} deliveryId={deliveryId} />
      </Suspense>
    )
  },
})

export const deliveryRoutes = [listRoute, deliveryRoute]

import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { EntranceSkeleton } from '../ui/entrance.tsx'
import { rootRoute } from './root.tsx'

const loadPage = () => import('../features/identity/invitation/invitation-page.tsx')
const InvitationPage = lazy(async () => ({ default: (await loadPage()).InvitationPage }))

/** Mails lead here (domain/identity). */
export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitations/$invitationId',
  loader: () => void loadPage(),
  component: function Invitation() {
    const { invitationId } = invitationRoute.useParams()
    return (
      <Suspense fallback={<EntranceSkeleton />}>
        <InvitationPage key={invitationId} invitationId={invitationId} />
      </Suspense>
    )
  },
})

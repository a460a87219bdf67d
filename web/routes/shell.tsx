import { createRoute, Outlet, redirect, useRouter } from '@tanstack/react-router'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { isStatus } from '../client.ts'
import { NoOrganization } from '../features/identity/no-organization.tsx'
import { meQuery, useMe } from '../features/identity/me.ts'
import { UserMenu } from '../features/identity/user-menu.tsx'
import { ErrorState } from '../ui/states.tsx'
import { Shell, ShellSkeleton } from '../ui/shell.tsx'
import { rootRoute } from './root.tsx'

/** Everything behind the sign-in. The check is a convenience: the API enforces. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery)
    } catch (error) {
      if (isStatus(error, 401)) throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true })
      throw error
    }
  },
  component: SignedIn,
  pendingComponent: ShellSkeleton,
  errorComponent: Unreachable,
})

function SignedIn() {
  const me = useMe()
  if (me.organization === null) return <NoOrganization email={me.user.email} />
  return (
    <Shell organization={me.organization.name} account={<UserMenu name={me.user.name} email={me.user.email} />}>
      <Outlet />
    </Shell>
  )
}

function Unreachable({ error }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main>
      <ErrorState error={error} title="Proliferate could not be opened" onRetry={() => void router.invalidate()} />
    </main>
  )
}

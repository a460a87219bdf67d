import { createRoute, Outlet, redirect, useRouter } from '@tanstack/react-router'
import { isStatus } from '../client.ts'
import { MeContext, meQuery } from '../features/identity/me.ts'
import type { Me } from '#schema/contracts/identity'
import { NoOrganization } from '../features/identity/no-organization.tsx'
import { UserMenu } from '../features/identity/user-menu.tsx'
import { Shell, ShellSkeleton } from '../ui/shell.tsx'
import { ErrorState } from '../ui/states.tsx'
import { rootRoute } from './root.tsx'

/** What the API said to the question who is signed in. */
type Identity = { kind: 'known'; me: Me } | { kind: 'unknown'; error: unknown }

/** Everything behind the sign-in. The check is a convenience: the API enforces. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }): Promise<{ identity: Identity }> => {
    try {
      return { identity: { kind: 'known', me: await context.queryClient.ensureQueryData(meQuery) } }
    } catch (error) {
      if (isStatus(error, 401)) throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true })
      return { identity: { kind: 'unknown', error } }
    }
  },
  component: Inside,
  pendingComponent: ShellSkeleton,
})

function Inside() {
  const { identity } = shellRoute.useRouteContext()
  return identity.kind === 'known' ? <SignedIn me={identity.me} /> : <Unreachable error={identity.error} />
}

function SignedIn({ me }: { me: Me }) {
  const account = <UserMenu name={me.user.name} email={me.user.email} />
  return (
    <MeContext value={me}>
      {me.organization === null ? (
        <NoOrganization email={me.user.email} />
      ) : (
        <Shell organization={me.organization.name} account={account}>
          <Outlet />
        </Shell>
      )}
    </MeContext>
  )
}

function Unreachable({ error }: { error: unknown }) {
  const router = useRouter()
  return (
    <main>
      <ErrorState error={error} title="Proliferate could not be opened" onRetry={() => void router.invalidate()} />
    </main>
  )
}

import { createRoute, Outlet, redirect, useRouter } from '@tanstack/react-router'
import { ImpersonationBanner } from '../features/admin/impersonation-banner.tsx'
import { MeProvider } from '../features/identity/me-provider.tsx'
import { meQuery } from '../features/identity/me.ts'
import type { Me } from '#schema/contracts/identity'
import { NoOrganization } from '../features/identity/no-organization.tsx'
import { UserMenu } from '../features/identity/user-menu.tsx'
import { needsOnboarding } from '../features/onboarding/queries.ts'
import { useIsEntering, useOtherTabs } from '../features/organizations/enter-organization.ts'
import { useLostAccess } from '../features/organizations/use-lost-access.ts'
import { OrganizationSwitcher } from '../features/organizations/organization-switcher.tsx'
import { Shell, ShellSkeleton } from '../ui/shell.tsx'
import { ErrorState } from '../ui/states.tsx'
import { rootRoute } from './root.tsx'
import { sendAway } from './signed-in.ts'

/** What the API said to the question who is signed in. */
type Identity = { kind: 'known'; me: Me } | { kind: 'unknown'; error: unknown }

/** Everything behind the sign-in. The check is a convenience: the API enforces. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }): Promise<{ identity: Identity }> => {
    const { queryClient } = context
    const identity = await queryClient.ensureQueryData(meQuery).then(
      (me): Identity => ({ kind: 'known', me }),
      (error: unknown): Identity => ({ kind: 'unknown', error }),
    )
    if (identity.kind === 'unknown') sendAway(identity.error, location.href)
    if (identity.kind === 'known' && isWork(location.pathname) && (await needsOnboarding(queryClient, identity.me))) {
      throw redirect({ to: '/onboarding', replace: true })
    }
    return { identity }
  },
  component: Inside,
  pendingComponent: ShellSkeleton,
})

/** What is of no use before the first steps; settings and the operator's pages are. */
function isWork(pathname: string): boolean {
  return pathname === '/' || pathname.startsWith('/dashboard') || pathname.startsWith('/workspace')
}

function Inside() {
  const { identity } = shellRoute.useRouteContext()
  return identity.kind === 'known' ? <SignedIn me={identity.me} /> : <Unreachable error={identity.error} />
}

function SignedIn({ me }: { me: Me }) {
  const entering = useIsEntering()
  useOtherTabs(me.organization?.id ?? null)
  useLostAccess(me)
  if (entering) return <ShellSkeleton />
  return (
    <MeProvider me={me}>
      {me.organization === null ? (
        <NoOrganization email={me.user.email} />
      ) : (
        <div className="flex h-dvh flex-col">
          <ImpersonationBanner />
          <Shell organization={me.organization.name} switcher={<OrganizationSwitcher />} account={<UserMenu />}>
            <Outlet />
          </Shell>
        </div>
      )}
    </MeProvider>
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

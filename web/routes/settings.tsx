import { createRoute, redirect } from '@tanstack/react-router'
import { lazy } from 'react'
import { AuditSearch } from '../features/audit/audit-search.ts'
import { useMay } from '../features/identity/me.ts'
import { NotFound } from '../ui/not-found.tsx'
import { PagesOf } from '../ui/sub-navigation.tsx'
import { shellRoute } from './shell.tsx'

/** Everything under `/settings`: what is one's own, and what is the organization's. */
const settingsRoute = createRoute({ getParentRoute: () => shellRoute, path: '/settings', component: Settings })

function Settings() {
  const mayReadAudit = useMay('audit:read')
  const account = [
    { to: '/settings/profile', label: 'Profile' },
    { to: '/settings/api-keys', label: 'API keys' },
  ] as const
  const organization = [
    { to: '/settings/general', label: 'General' },
    { to: '/settings/members', label: 'Members' },
    ...(mayReadAudit ? [{ to: '/settings/audit', label: 'Audit log' } as const] : []),
  ] as const
  const groups = [
    { name: 'Account', pages: account },
    { name: 'Organization', pages: organization },
  ]
  return <PagesOf label="Settings" groups={groups} />
}

const indexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/general', replace: true })
  },
})

const loadGeneral = () => import('../features/organizations/general-page.tsx')
const GeneralPage = lazy(async () => ({ default: (await loadGeneral()).GeneralPage }))

const generalRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'general',
  loader: () => void loadGeneral(),
  component: GeneralPage,
})

const loadMembers = () => import('../features/members/members-page.tsx')
const MembersPage = lazy(async () => ({ default: (await loadMembers()).MembersPage }))

const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'members',
  loader: () => void loadMembers(),
  component: MembersPage,
})

const loadAudit = () => import('../features/audit/audit-page.tsx')
const AuditPage = lazy(async () => ({ default: (await loadAudit()).AuditPage }))

const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'audit',
  validateSearch: AuditSearch,
  loader: () => void loadAudit(),
  component: function Audit() {
    const search = auditRoute.useSearch()
    const navigate = auditRoute.useNavigate()
    return <AuditPage search={search} onSearch={(next) => void navigate({ search: next })} />
  },
})

const loadProfile = () => import('../features/account/profile-page.tsx')
const ProfilePage = lazy(async () => ({ default: (await loadProfile()).ProfilePage }))

const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'profile',
  loader: () => void loadProfile(),
  component: ProfilePage,
})

const loadApiKeys = () => import('../features/account/api-keys-page.tsx')
const ApiKeysPage = lazy(async () => ({ default: (await loadApiKeys()).ApiKeysPage }))

const apiKeysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'api-keys',
  loader: () => void loadApiKeys(),
  component: ApiKeysPage,
})

/** Keeps the navigation beside an address that leads nowhere. */
const nowhereRoute = createRoute({ getParentRoute: () => settingsRoute, path: '$', component: () => <NotFound /> })

const pages = [indexRoute, profileRoute, apiKeysRoute, generalRoute, membersRoute, auditRoute, nowhereRoute]
export const settingsRoutes = [settingsRoute.addChildren(pages)]

import { createRoute, redirect } from '@tanstack/react-router'
import { lazy } from 'react'
import { z } from 'zod'
import { AuditSearch } from '../features/audit/audit-search.ts'
import { useMe } from '../features/identity/me.ts'
import { NotFound } from '../ui/not-found.tsx'
import { PagesOf } from '../ui/sub-navigation.tsx'
import { shellRoute } from './shell.tsx'

/** For the operators of the deployment; to everybody else these pages do not exist, as their API does not. */
const adminRoute = createRoute({ getParentRoute: () => shellRoute, path: '/admin', component: Admin })

const GROUPS = [
  {
    name: 'Deployment',
    pages: [
      { to: '/admin/users', label: 'Users' },
      { to: '/admin/organizations', label: 'Organizations' },
      { to: '/admin/audit', label: 'Audit log' },
    ],
  },
] as const

function Admin() {
  const { superAdmin } = useMe()
  if (!superAdmin) return <NotFound />
  return <PagesOf label="Admin" groups={GROUPS} />
}

const indexRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/admin/users', replace: true })
  },
})

const Search = z.object({ q: z.coerce.string().max(200).optional().catch(undefined) })
const asSearch = (q: string) => ({ search: { q: q === '' ? undefined : q }, replace: true })

const loadUsers = () => import('../features/admin/users-page.tsx')
const UsersPage = lazy(async () => ({ default: (await loadUsers()).AdminUsersPage }))

const usersRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: 'users',
  validateSearch: Search,
  loader: () => void loadUsers(),
  component: function Users() {
    const { q = '' } = usersRoute.useSearch()
    const navigate = usersRoute.useNavigate()
    return <UsersPage q={q} onSearch={(next) => void navigate(asSearch(next))} />
  },
})

const loadOrganizations = () => import('../features/admin/organizations-page.tsx')
const OrganizationsPage = lazy(async () => ({ default: (await loadOrganizations()).AdminOrganizationsPage }))

const organizationsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: 'organizations',
  validateSearch: Search,
  loader: () => void loadOrganizations(),
  component: function Organizations() {
    const { q = '' } = organizationsRoute.useSearch()
    const navigate = organizationsRoute.useNavigate()
    return <OrganizationsPage q={q} onSearch={(next) => void navigate(asSearch(next))} />
  },
})

const loadAudit = () => import('../features/admin/audit-page.tsx')
const AuditPage = lazy(async () => ({ default: (await loadAudit()).AdminAuditPage }))

const auditRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: 'audit',
  validateSearch: AuditSearch,
  loader: () => void loadAudit(),
  component: function Audit() {
    const search = auditRoute.useSearch()
    const navigate = auditRoute.useNavigate()
    return <AuditPage search={search} onSearch={(next) => void navigate({ search: next })} />
  },
})

export const adminRoutes = [adminRoute.addChildren([indexRoute, usersRoute, organizationsRoute, auditRoute])]

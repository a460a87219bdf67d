import { useInfiniteQuery } from '@tanstack/react-query'
import type { AdminUser } from '#schema/contracts/identity'
import { StateBadge } from '../../ui/badge.tsx'
import { Copyable } from '../../ui/copy.tsx'
import { formatMoment, shortId } from '../../ui/format.ts'
import { List } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { roleLabel } from '../organizations/role-label.ts'
import { Impersonate } from './impersonate.tsx'
import { adminUsersQuery } from './queries.ts'
import { SearchBox } from './search-box.tsx'
import { Suspend } from './suspend.tsx'

const COLUMNS: readonly Column<AdminUser>[] = [
  { name: 'User', cell: (user) => <UserCell user={user} /> },
  { name: 'Organizations', cell: (user) => <Organizations user={user} />, className: 'hidden lg:table-cell' },
  { name: 'Account', cell: (user) => <Account user={user} />, className: 'hidden w-30 md:table-cell' },
  {
    name: 'Id',
    cell: ({ id }) => <Copyable text={id} shown={shortId(id)} name="user id" />,
    className: 'hidden w-30 xl:table-cell',
  },
  {
    name: 'Created',
    cell: ({ createdAt }) => <Ago at={createdAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-28 md:table-cell',
  },
  { name: 'Actions', isNameHidden: true, cell: (user) => <Actions user={user} />, className: 'w-44 text-right' },
]

function Account({ user }: { user: AdminUser }) {
  if (user.suspendedAt !== null) {
    return (
      <span title={`Since ${formatMoment(user.suspendedAt)}`}>
        <StateBadge tone="bad">Suspended</StateBadge>
      </span>
    )
  }
  if (user.emailVerified) return <StateBadge tone="good">Verified</StateBadge>
  return (
    <StateBadge tone="warn" open>
      Not verified
    </StateBadge>
  )
}

function Actions({ user }: { user: AdminUser }) {
  return (
    <span className="inline-flex items-center gap-1">
      <Impersonate user={user} />
      <Suspend user={user} />
    </span>
  )
}

function UserCell({ user }: { user: AdminUser }) {
  return (
    <div className="min-w-0">
      <p className="truncate font-medium" title={user.name}>
        {user.name}
      </p>
      <p className="truncate text-xs text-ink-faint" title={user.email}>
        {user.suspendedAt === null ? null : <span className="text-bad md:hidden">Suspended · </span>}
        {user.email}
      </p>
    </div>
  )
}

function Organizations({ user }: { user: AdminUser }) {
  if (user.organizations.length === 0) return <span className="text-sm text-ink-faint">None</span>
  const words = user.organizations.map(({ name, role }) => `${name} (${roleLabel(role).toLowerCase()})`).join(', ')
  return (
    <p className="truncate text-sm text-ink-soft" title={words}>
      {words}
    </p>
  )
}

/** Everybody who has an account in this deployment. */
export function AdminUsersPage({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const query = useInfiniteQuery(adminUsersQuery(q))
  useTitle('Users')
  const header = (
    <PageHeader title="Users">
      <SearchBox label="Search users" value={q} onSearch={onSearch} />
    </PageHeader>
  )
  return (
    <Page header={header}>
      <List label="Users" query={query} columns={COLUMNS} empty={<EmptyState title="No users found" />} />
    </Page>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import type { AdminOrganization } from '#schema/contracts/identity'
import { Tag } from '../../ui/badge.tsx'
import { Copyable } from '../../ui/copy.tsx'
import { shortId } from '../../ui/format.ts'
import { List } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { adminOrganizationsQuery } from './queries.ts'
import { SearchBox } from './search-box.tsx'

const COLUMNS: readonly Column<AdminOrganization>[] = [
  {
    name: 'Organization',
    cell: ({ name, slug, isPersonal }) => (
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium" title={name}>
            {name}
          </span>
          {isPersonal ? <Tag className="shrink-0">Personal</Tag> : null}
        </p>
        <p className="truncate font-mono text-xs text-ink-faint">{slug}</p>
      </div>
    ),
  },
  {
    name: 'Id',
    cell: ({ id }) => <Copyable text={id} shown={shortId(id)} name="organization id" />,
    className: 'hidden w-32 md:table-cell',
  },
  { name: 'Members', cell: ({ memberCount }) => <span className="text-sm">{memberCount}</span>, className: 'w-22' },
  {
    name: 'Created',
    cell: ({ createdAt }) => <Ago at={createdAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-32 md:table-cell',
  },
]

/** Every organization of this deployment. */
export function AdminOrganizationsPage({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const query = useInfiniteQuery(adminOrganizationsQuery(q))
  useTitle('Organizations')
  const header = (
    <PageHeader title="Organizations">
      <SearchBox label="Search organizations" value={q} onSearch={onSearch} />
    </PageHeader>
  )
  const empty = <EmptyState title="No organization is found" />
  return (
    <Page header={header}>
      <List label="Organizations" query={query} columns={COLUMNS} empty={empty} />
    </Page>
  )
}

import { useState } from 'react'
import type { ReactNode } from 'react'
import type { AuditEntry } from '#schema/contracts/audit'
import { Button } from '../../ui/button.tsx'
import { List } from '../../ui/list.tsx'
import type { ListQuery } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { auditColumns } from './audit-columns.tsx'
import { AuditDetails } from './audit-details.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { isFiltered } from './audit-search.ts'
import type { AuditSearch } from './audit-search.ts'

export interface AuditPageProps {
  search: AuditSearch
  onSearch: (search: AuditSearch) => void
}

interface AuditLogProps extends AuditPageProps {
  query: ListQuery<AuditEntry>
  /** Who may be chosen besides those that the entries name. */
  people?: readonly { userId: string; name: string }[] | undefined
  /** What is said when there is no entry at all. */
  empty: ReactNode
  /** What can be done with the log as a whole. */
  children?: ReactNode
}

/** A log of an organization or of the deployment: its filter, and its entries, each of which opens. */
export function AuditLog({ query, search, onSearch, people = [], empty, children }: AuditLogProps) {
  const entries = query.data?.pages.flatMap((page) => page.items) ?? []
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = ({ id }: AuditEntry) => {
    const next = new Set(open)
    if (!next.delete(id)) next.add(id)
    setOpen(next)
  }
  const noneFits = (
    <EmptyState title="No entry fits the filter" action={<Button onClick={() => onSearch({})}>Show all</Button>} />
  )
  return (
    <Page header={<PageHeader title="Audit log">{children}</PageHeader>}>
      <AuditFilters search={search} onSearch={onSearch} entries={entries} people={people} />
      <List
        label="Audit log"
        query={query}
        columns={auditColumns({ isOpen: ({ id }) => open.has(id), toggle })}
        below={(entry) => (open.has(entry.id) ? <AuditDetails entry={entry} /> : null)}
        empty={isFiltered(search) ? noneFits : empty}
      />
    </Page>
  )
}

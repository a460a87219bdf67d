import { useInfiniteQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import type { AuditEntry, AuditFilter } from '#schema/contracts/audit'
import { Button, buttonStyles } from '../../ui/button.tsx'
import { List } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { auditColumns } from './audit-columns.tsx'
import { AuditDetails } from './audit-details.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { filterOf, isFiltered } from './audit-search.ts'
import type { AuditSearch } from './audit-search.ts'
import { auditQuery, exportHref } from './queries.ts'

interface AuditPageProps {
  search: AuditSearch
  onSearch: (search: AuditSearch) => void
}

export function AuditPage(props: AuditPageProps) {
  const mayRead = useMay('audit:read')
  useTitle('Audit log')
  if (mayRead) return <AuditLog {...props} />
  return (
    <Page header={<PageHeader title="Audit log" />}>
      <EmptyState title="The audit log is for admins and owners">Ask an owner if you need to read it.</EmptyState>
    </Page>
  )
}

function AuditLog({ search, onSearch }: AuditPageProps) {
  const filter = filterOf(search)
  const query = useInfiniteQuery(auditQuery(useOrganizationId(), filter))
  const entries = query.data?.pages.flatMap((page) => page.items) ?? []
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = ({ id }: AuditEntry) => {
    const next = new Set(open)
    if (!next.delete(id)) next.add(id)
    setOpen(next)
  }
  const header = (
    <PageHeader title="Audit log">
      <Export filter={filter} format="csv" />
      <Export filter={filter} format="ndjson" />
    </PageHeader>
  )
  return (
    <Page header={header}>
      <AuditFilters search={search} onSearch={onSearch} entries={entries} />
      <List
        label="Audit log"
        query={query}
        columns={auditColumns({ isOpen: ({ id }) => open.has(id), toggle })}
        below={(entry) => (open.has(entry.id) ? <AuditDetails entry={entry} /> : null)}
        empty={<NothingLogged search={search} onSearch={onSearch} />}
      />
    </Page>
  )
}

function Export({ filter, format }: { filter: AuditFilter; format: 'csv' | 'ndjson' }) {
  const name = format.toUpperCase()
  return (
    <a
      href={exportHref(filter, format)}
      download={`audit-log.${format}`}
      className={buttonStyles({ size: 'small' })}
      aria-label={`Export as ${name}`}
    >
      <Download aria-hidden />
      {name}
    </a>
  )
}

function NothingLogged({ search, onSearch }: AuditPageProps) {
  if (!isFiltered(search)) {
    return <EmptyState title="Nothing was logged yet">Whatever people and programs change here will be.</EmptyState>
  }
  return <EmptyState title="No entry fits the filter" action={<Button onClick={() => onSearch({})}>Show all</Button>} />
}

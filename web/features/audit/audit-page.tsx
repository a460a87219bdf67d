import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { AuditFilter } from '#schema/contracts/audit'
import { buttonStyles } from '../../ui/button.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { everyMemberQuery } from '../members/queries.ts'
import { AuditLog } from './audit-log.tsx'
import type { AuditPageProps } from './audit-log.tsx'
import { filterOf } from './audit-search.ts'
import { auditQuery, exportHref } from './queries.ts'

export function AuditPage(props: AuditPageProps) {
  const mayRead = useMay('audit:read')
  useTitle('Audit log')
  if (mayRead) return <OrganizationLog {...props} />
  return (
    <Page header={<PageHeader title="Audit log" />}>
      <EmptyState title="The audit log is for admins and owners">Ask an owner if you need to read it.</EmptyState>
    </Page>
  )
}

function OrganizationLog(props: AuditPageProps) {
  const organizationId = useOrganizationId()
  const filter = filterOf(props.search)
  const query = useInfiniteQuery(auditQuery(organizationId, filter))
  const members = useQuery(everyMemberQuery(organizationId))
  const empty = (
    <EmptyState title="Nothing was logged yet">Whatever people and programs change here will be.</EmptyState>
  )
  return (
    <AuditLog {...props} query={query} people={members.data} empty={empty}>
      <Export filter={filter} format="csv" />
      <Export filter={filter} format="ndjson" />
    </AuditLog>
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

import { useInfiniteQuery } from '@tanstack/react-query'
import { EmptyState } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { AuditLog } from '../audit/audit-log.tsx'
import type { AuditPageProps } from '../audit/audit-log.tsx'
import { filterOf } from '../audit/audit-search.ts'
import { adminAuditQuery } from './queries.ts'

/** What was done in this deployment outside any organization; each of those has a log of its own. */
export function AdminAuditPage(props: AuditPageProps) {
  const query = useInfiniteQuery(adminAuditQuery(filterOf(props.search)))
  useTitle('Audit log')
  const empty = (
    <EmptyState title="Nothing was logged yet">
      What concerns the deployment stands here, for example that an organization was deleted. Everything within an
      organization, impersonation too, stands in its own log.
    </EmptyState>
  )
  return <AuditLog {...props} query={query} empty={empty} />
}

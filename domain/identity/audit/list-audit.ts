import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { AuditEntry, AuditFilter } from '#schema/contracts/audit'
import type { Actor } from '../actor.ts'
import { authorize } from '../policies.ts'
import { auditView } from './audit.view.ts'
import { type AuditFilter as RowFilter, listAuditRows } from './audit.store.ts'

interface Asked {
  filter: AuditFilter
  cursor?: string | undefined
  limit: number
}

/** One page of the organization's audit log, newest first. Throws `auth.forbidden`: it is for admins and owners. */
export async function listAudit(
  needs: Pick<Kernel, 'db'>,
  { actor, ...asked }: Asked & { actor: Actor },
): Promise<Page<AuditEntry>> {
  authorize(actor, 'read', 'audit_log')
  return pageOfAudit(needs, { ...asked, organizationId: actor.organizationId })
}

/** One page of an organization's log; null: of what belongs to none. Who may read it is for the caller to ask. */
export async function pageOfAudit(
  needs: Pick<Kernel, 'db'>,
  { organizationId, filter, cursor, limit }: Asked & { organizationId: string | null },
): Promise<Page<AuditEntry>> {
  const asked = { filter: rowFilterOf(filter), cursor, limit: limit + 1 }
  return pageOf(await listAuditRows(needs.db, organizationId, asked), limit, auditView)
}

/** The filter of the API in the words of the table. */
export const rowFilterOf = ({ actor, subject, ...filter }: AuditFilter): RowFilter => ({
  actorId: actor,
  subjectKind: subject,
  verb: filter.verb,
  subjectId: filter.subjectId,
  from: inUtc(filter.from),
  to: inUtc(filter.to),
})

/** ISO 8601 knows zones that no clock has and the database does not read. */
const inUtc = (instant: string | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString()

import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { AuditEntry, AuditFilter } from '#schema/contracts/audit'
import type { Actor } from '../actor.ts'
import { authorize } from '../policies.ts'
import { auditView } from './audit.view.ts'
import { type AuditFilter as RowFilter, listAuditRows } from './audit.store.ts'

/** One page of the organization's audit log, newest first. Throws `auth.forbidden`: it is for admins and owners. */
export async function listAudit(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; filter: AuditFilter; cursor?: string | undefined; limit: number },
): Promise<Page<AuditEntry>> {
  const { actor, filter, cursor, limit } = input
  authorize(actor, 'read', 'audit_log')
  const asked = { filter: rowFilterOf(filter), cursor, limit: limit + 1 }
  return pageOf(await listAuditRows(needs.db, actor.organizationId, asked), limit, auditView)
}

/** The filter of the API in the words of the table. */
export const rowFilterOf = ({ actor, subject, ...filter }: AuditFilter): RowFilter => ({
  actorId: actor,
  subjectKind: subject,
  verb: filter.verb,
  subjectId: filter.subjectId,
  from: filter.from,
  to: filter.to,
})

import type { AuditFilter } from '#schema/contracts/audit'
import type { Actor } from '../actor.ts'
import { authorize } from '../policies.ts'
import { csvHead, csvLine } from './audit-csv.ts'
import { type AuditNeeds, auditRowOf } from './audit-row.ts'
import { auditView } from './audit.view.ts'
import { insertAuditRows, listAuditRows } from './audit.store.ts'
import { rowFilterOf } from './list-audit.ts'

/** Entries that are held at a time; an export of any length needs no more memory than this. */
const PAGE = 500

export type AuditFormat = 'csv' | 'ndjson'

/**
 * The organization's audit log as text, piece by piece, newest first; taking it away is an entry of its own. Throws
 * `auth.forbidden` before the first piece; the pieces throw when the database goes away on the way.
 */
export async function exportAudit(
  needs: AuditNeeds,
  input: { actor: Actor; filter: AuditFilter; format: AuditFormat },
): Promise<AsyncGenerator<string, void>> {
  const { actor, filter, format } = input
  authorize(actor, 'read', 'audit_log')
  const subject = { kind: 'audit_log', id: null, label: null }
  // Written first, and not merely told to the log when it fails: the log is not taken away without an entry of it.
  await insertAuditRows(needs.db, [auditRowOf(needs, { actor, verb: 'export', subject, after: { format, filter } })])
  return pieces(needs, input)
}

async function* pieces(
  needs: AuditNeeds,
  { actor, filter, format }: { actor: Actor; filter: AuditFilter; format: AuditFormat },
): AsyncGenerator<string, void> {
  if (format === 'csv') yield csvHead()
  const asked = { filter: rowFilterOf(filter), limit: PAGE }
  let cursor: string | undefined
  for (;;) {
    const rows = await listAuditRows(needs.db, actor.organizationId, { ...asked, cursor })
    const entries = rows.map(auditView)
    if (entries.length > 0) yield entries.map((entry) => (format === 'csv' ? csvLine(entry) : `${JSON.stringify(entry)}\n`)).join('')
    if (rows.length < PAGE) return
    cursor = rows.at(-1)?.id
  }
}

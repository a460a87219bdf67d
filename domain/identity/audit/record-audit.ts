import { describeError } from '#kernel/errors'
import { type AuditEntry, type AuditNeeds, auditRowOf } from './audit-row.ts'
import { insertAuditRows } from './audit.store.ts'

/**
 * Writes down what was just done. For changes that are not one statement of ours, as the identity library's; such a
 * statement takes the entry along (`auditedFrom`), so that neither is there without the other. Never throws: the change
 * is made, and saying that it failed would be wrong. An entry that cannot be stored is told whole to the log, as an
 * alert.
 */
export async function recordAudit(needs: AuditNeeds, entry: AuditEntry): Promise<void> {
  const row = auditRowOf(needs, entry)
  try {
    await insertAuditRows(needs.db, [row])
  } catch (error) {
    needs.log.error('audit.not_stored', { alert: true, entry: row, error: describeError(error) })
  }
}

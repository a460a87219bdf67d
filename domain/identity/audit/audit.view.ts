import type { AuditEntry } from '#schema/contracts/audit'
import type { StoredAuditRow } from './audit.store.ts'

/** A stored entry as the API shows it. */
export const auditView = (row: StoredAuditRow): AuditEntry => ({
  id: row.id,
  at: row.at.toISOString(),
  actor: {
    kind: row.actor_kind,
    id: row.actor_id,
    name: row.actor_name,
    apiKeyId: row.api_key_id,
    impersonatedBy: row.impersonated_by,
  },
  verb: row.verb,
  subject: { kind: row.subject_kind, id: row.subject_id, label: row.subject_label },
  ip: row.ip,
  userAgent: row.user_agent,
  requestId: row.request_id,
  traceId: row.trace_id,
  before: row.before,
  after: row.after,
})

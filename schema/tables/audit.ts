import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { instant } from '#schema/tables/columns'
import { organizations } from '#schema/tables/identity'

/**
 * Who did what to what, from where. Append-only: triggers of the migration refuse every change of a row, and
 * its removal unless the whole organization goes. Texts are copies: an entry says what was true then.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    id: uuid().primaryKey(),
    /** Null for what concerns the deployment and no organization. */
    organizationId: text().references(() => organizations.id, { onDelete: 'cascade' }),
    actorKind: text().notNull(),
    /** The person's id, also when a program of theirs acted; null for the product itself. */
    actorId: text(),
    /** The key with which a program acted. */
    apiKeyId: text(),
    actorName: text().notNull(),
    /** Who really sat there, when somebody acted as another person. */
    impersonatedBy: text(),
    verb: text().notNull(),
    subjectKind: text().notNull(),
    subjectId: text(),
    subjectLabel: text(),
    ip: text(),
    userAgent: text(),
    requestId: text(),
    traceId: text(),
    /** Redacted before it is stored. */
    before: jsonb(),
    after: jsonb(),
    at: instant().notNull(),
  },
  (entry) => [
    check('audit_log_actor_kind', sql`actor_kind in ('user','api_key','system')`),
    index().on(entry.organizationId, entry.id),
    index().on(entry.organizationId, entry.actorId, entry.id),
    index().on(entry.organizationId, entry.subjectKind, entry.subjectId, entry.id),
  ],
)

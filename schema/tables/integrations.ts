import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant, updatedAt } from '#schema/tables/columns'
import { organizations } from '#schema/tables/identity'

/** An organization's connection to an external service (a4 §4.2). */
export const integrations = pgTable(
  'integrations',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** Who holds the credential: we ourselves, sealed, or a broker. */
    provider: text().notNull(),
    /** The module it belongs to: `github`, `linear`. */
    integrationId: text().notNull(),
    /** The broker's name of the connection; for a stored credential the row's own id. */
    connectionId: text().notNull(),
    /** What webhooks call it: an installation, a workspace, a team. */
    externalId: text(),
    displayName: text(),
    status: text().notNull().default('active'),
    sealedToken: text(),
    /** The provider asked for patience until then; nobody calls it for this integration before. */
    rateLimitedUntil: instant(),
    authFailures: integer().notNull().default(0),
    createdBy: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (integration) => [
    check('integrations_provider', sql`provider in ('stored','nango','github-app')`),
    check('integrations_status', sql`status in ('active','expired','revoked','deleted','suspended')`),
    uniqueIndex().on(integration.organizationId, integration.connectionId),
    index().on(integration.integrationId, integration.externalId),
    index().on(integration.connectionId),
  ],
)

import { sql } from 'drizzle-orm'
import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, updatedAt } from '#schema/tables/columns'
import { organizations } from '#schema/tables/identity'
import { configurations } from '#schema/tables/repositories'

export const automations = pgTable(
  'automations',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    name: text().notNull().default('Untitled Automation'),
    description: text(),
    enabled: boolean().notNull().default(true),
    agentInstructions: text().notNull().default(''),
    modelId: text(),
    defaultConfigurationId: uuid().references(() => configurations.id, { onDelete: 'set null' }),
    createdBy: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (automation) => [
    index().on(automation.organizationId),
    index('automations_enabled').on(automation.enabled).where(sql`enabled`),
    index().on(automation.defaultConfigurationId),
  ],
)

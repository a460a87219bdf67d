import { index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { createdAt, updatedAt } from '#schema/tables/columns'
import { organizations } from '#schema/tables/identity'

export const repositories = pgTable(
  'repositories',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** `owner/name`, as webhooks name it. */
    name: text().notNull(),
    url: text().notNull(),
    defaultBranch: text().notNull().default('main'),
    /** JSON `{username, password}`, sealed; null for a public repository. */
    sealedCredential: text(),
    createdBy: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (repository) => [uniqueIndex().on(repository.organizationId, repository.name)],
)

export const configurations = pgTable(
  'configurations',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    setupCommands: jsonb().$type<string[]>().notNull().default([]),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (configuration) => [index().on(configuration.organizationId)],
)

export const configurationRepositories = pgTable(
  'configuration_repositories',
  {
    configurationId: uuid()
      .notNull()
      .references(() => configurations.id, { onDelete: 'cascade' }),
    repositoryId: uuid()
      .notNull()
      .references(() => repositories.id, { onDelete: 'cascade' }),
    workspacePath: text().notNull().default('.'),
  },
  (link) => [
    primaryKey({ columns: [link.configurationId, link.repositoryId] }),
    uniqueIndex().on(link.configurationId, link.workspacePath),
    index().on(link.repositoryId),
  ],
)

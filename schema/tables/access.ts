import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { createdAt, instant } from '#schema/tables/columns'
import { organizations, users } from '#schema/tables/identity'

/** Keys of programs. The key itself is nowhere: only its digest. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** First characters, shown in lists. */
    start: text().notNull(),
    /** SHA-256 of the key, in hex. */
    keyHash: text().notNull().unique(),
    /** Which of a person's few keys this is, from 1; with the index a limit that holds under any race. */
    slot: integer().notNull(),
    scopes: jsonb().notNull(),
    expiresAt: instant(),
    lastUsedAt: instant(),
    createdAt: createdAt(),
  },
  (key) => [uniqueIndex().on(key.userId, key.slot), index().on(key.organizationId, key.userId)],
)

/** Requests of devices to act for a person (b3 §3.6). */
export const deviceCodes = pgTable(
  'device_codes',
  {
    id: text().primaryKey(),
    userCode: text().notNull().unique(),
    /** SHA-256 of the code that the device asks with. */
    deviceCodeHash: text().notNull().unique(),
    status: text().notNull().default('pending'),
    clientName: text().notNull(),
    ipAddress: text(),
    userAgent: text(),
    userId: text().references(() => users.id, { onDelete: 'cascade' }),
    organizationId: text().references(() => organizations.id, { onDelete: 'cascade' }),
    intervalSeconds: integer().notNull(),
    lastPolledAt: instant(),
    expiresAt: instant().notNull(),
    createdAt: createdAt(),
  },
  (device) => [index().on(device.expiresAt)],
)

/** How often something was tried since a moment: sign-ins by address and e-mail, device codes by person. */
export const attempts = pgTable(
  'attempts',
  {
    /** A digest: no address of anybody stands here. */
    key: text().primaryKey(),
    count: integer().notNull(),
    since: instant().notNull(),
  },
  (attempt) => [index().on(attempt.since)],
)

/** Mails that development kept instead of sending them. */
export const keptMails = pgTable(
  'kept_mails',
  {
    id: text().primaryKey(),
    recipient: text().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    html: text().notNull(),
    sentAt: instant().notNull(),
  },
  (mail) => [index().on(mail.sentAt)],
)

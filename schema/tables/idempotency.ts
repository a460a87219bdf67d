import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant } from '#schema/tables/columns'

/** What creating requests with an Idempotency-Key were answered, for a day. The primary key is the claim. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** Empty for what a person does in no organization. */
    organizationId: text().notNull(),
    userId: text().notNull(),
    /** Method and path as requested. */
    route: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of query and body. */
    requestHash: text().notNull(),
    /** Who works on it: only the holder stores an answer. */
    claimToken: uuid().notNull(),
    claimedAt: instant().notNull(),
    /** Null while the request is in flight. */
    status: integer(),
    /** The body of the answer; sealed, since some answers show a secret once. */
    sealedBody: text(),
    expiresAt: instant().notNull(),
    createdAt: createdAt(),
  },
  (row) => [
    primaryKey({ columns: [row.organizationId, row.userId, row.route, row.key] }),
    index().on(row.expiresAt),
  ],
)

import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant, updatedAt } from '#schema/tables/columns'
import { automations } from '#schema/tables/automations'
import { organizations } from '#schema/tables/identity'

/** Where a provider sends webhooks for one organization; the id is the unguessable part of the URL. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    provider: text().notNull(),
    sealedSecret: text().notNull(),
    createdBy: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (endpoint) => [uniqueIndex().on(endpoint.organizationId, endpoint.provider)],
)

/** The ledger of verified deliveries; the rows are the truth from the queue on (decision D5). */
export const webhookInbox = pgTable(
  'webhook_inbox',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    endpointId: uuid()
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    provider: text().notNull(),
    deliveryId: text().notNull(),
    eventType: text().notNull(),
    headers: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** The verified text itself: jsonb would refuse some legal JSON (U+0000) and lose the bytes that were signed. */
    payload: text(),
    /** Key of the body in blob storage, when it is large or not text. */
    payloadRef: text(),
    traceId: text().notNull(),
    status: text().notNull().default('queued'),
    attempt: integer().notNull().default(0),
    nextAttemptAt: instant().notNull().defaultNow(),
    claimToken: uuid(),
    claimedAt: instant(),
    lastError: text(),
    outcome: jsonb(),
    receivedAt: instant().notNull(),
    processedAt: instant(),
  },
  (row) => [
    check('webhook_inbox_status', sql`status in ('queued','processing','completed','failed')`),
    check('webhook_inbox_processed', sql`status not in ('completed','failed') or processed_at is not null`),
    uniqueIndex().on(row.endpointId, row.deliveryId),
    index().on(row.status, row.nextAttemptAt),
    index().on(row.status, row.processedAt),
    index().on(row.organizationId, row.id),
  ],
)

export const triggers = pgTable(
  'triggers',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    automationId: uuid()
      .notNull()
      .references(() => automations.id, { onDelete: 'cascade' }),
    triggerType: text().notNull().default('webhook'),
    provider: text().notNull(),
    eventType: text(),
    config: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    enabled: boolean().notNull().default(true),
    createdBy: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (trigger) => [
    check('triggers_type', sql`trigger_type in ('webhook','polling')`),
    index().on(trigger.automationId),
    index('triggers_active').on(trigger.organizationId, trigger.provider).where(sql`enabled`),
  ],
)

export const triggerEvents = pgTable(
  'trigger_events',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    triggerId: uuid()
      .notNull()
      .references(() => triggers.id, { onDelete: 'cascade' }),
    /** The delivery it came from; null for polled and scheduled events. */
    inboxId: uuid().references(() => webhookInbox.id, { onDelete: 'set null' }),
    provider: text().notNull(),
    eventType: text().notNull(),
    providerEventType: text().notNull(),
    occurredAt: instant().notNull(),
    dedupKey: text().notNull(),
    title: text().notNull(),
    url: text(),
    context: jsonb().$type<Record<string, unknown>>().notNull(),
    status: text().notNull().default('queued'),
    skipReason: text(),
    errorMessage: text(),
    createdAt: createdAt(),
    processedAt: instant(),
  },
  (event) => [
    check('trigger_events_status', sql`status in ('queued','processing','completed','failed','skipped')`),
    uniqueIndex().on(event.triggerId, event.dedupKey),
    index().on(event.organizationId, event.status),
    index().on(event.status, event.createdAt),
    index().on(event.inboxId),
  ],
)

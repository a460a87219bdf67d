import { sql } from 'drizzle-orm'
import { type AnyPgColumn, boolean, check, index, integer, jsonb, pgTable, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant, updatedAt } from '#schema/tables/columns'
import { automations } from '#schema/tables/automations'
import { organizations } from '#schema/tables/identity'
import { integrations } from '#schema/tables/integrations'
import type { Filter } from '#schema/contracts/filters'

/**
 * Where a provider sends webhooks for one organization, or for one trigger of it; the id is the unguessable part of the
 * URL.
 */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    provider: text().notNull(),
    /** Set where the provider is told a URL per trigger; what arrives there is for that trigger alone. */
    triggerId: uuid().references((): AnyPgColumn => triggers.id, { onDelete: 'cascade' }),
    sealedSecret: text().notNull(),
    /** Whether deliveries without a signature are refused; those with a wrong one always are. */
    signatureRequired: boolean().notNull().default(true),
    /** The secrets before it, as a list of JSON, the last one first; none verifies after `previousValidUntil`. */
    previousSealedSecret: text(),
    previousValidUntil: instant(),
    createdBy: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (endpoint) => [
    uniqueIndex('webhook_endpoints_organization')
      .on(endpoint.organizationId, endpoint.provider)
      .where(sql`trigger_id is null`),
    uniqueIndex('webhook_endpoints_trigger').on(endpoint.triggerId),
  ],
)

// An index serves only statements that repeat its own words: these are written once, for both.
/** Rows of the ledger that have not ended. */
export const INBOX_WAITING = sql`status in ('queued','processing')`
/** Who takes a turn with others: the organization, and until it is known the account that the delivery names. */
export const INBOX_OWNER = sql`coalesce(organization_id, identity_value, source)`
/**
 * The owner of a row that has not ended, else null. One expression, so that no other index can serve a statement that
 * asks for it: one over states would seem to do as long as the database has not heard of a storm yet.
 */
export const INBOX_TURN = sql`(case when status in ('queued','processing') then coalesce(organization_id, identity_value, source) end)`
/** A row in whose company consumers died twice, or gave up once for a reason that may be the row itself. */
export const INBOX_SUSPECT = sql`(status = 'processing' and attempt >= 2
  or status = 'queued' and attempt >= 1 and coalesce(last_error, '') = 'interrupted')`

/** The ledger of verified deliveries; the rows are the truth from the queue on (decision D5). */
export const webhookInbox = pgTable(
  'webhook_inbox',
  {
    id: uuid().primaryKey(),
    /** Null until it is known: what comes through an app or a broker says whose it is only inside. */
    organizationId: text().references(() => organizations.id, { onDelete: 'cascade' }),
    endpointId: uuid().references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    ingress: text().notNull().default('endpoint'),
    /**
     * Within what a delivery's id is unique: `endpoint:<id>`, `app:<provider>`, `nango:<connection>`, and
     * `replay:<id>` of its own for each replay.
     */
    source: text().notNull(),
    /** What made it credible: a signature, one by the secret before the last rotation, or nothing where nothing is required. */
    verification: text().notNull().default('signature'),
    /** What the delivery says that it belongs to: a trigger, an integration's external id, a broker's connection. */
    identityKind: text(),
    identityValue: text(),
    integrationId: uuid().references(() => integrations.id, { onDelete: 'set null' }),
    /** The delivery that this one repeats on a person's wish. */
    replayOf: uuid(),
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
    /** From when on it may be taken: what a consumer holds is free again then, unless it was settled. */
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
    check('webhook_inbox_ingress', sql`ingress in ('endpoint','app','nango','replay')`),
    check('webhook_inbox_verification', sql`verification in ('signature','previous_secret','unsigned')`),
    check('webhook_inbox_identity', sql`identity_kind in ('trigger','integration','connection')`),
    uniqueIndex().on(row.source, row.deliveryId),
    index('webhook_inbox_bodies').on(row.payloadRef).where(sql`payload_ref is not null`),
    index('webhook_inbox_turns').on(INBOX_TURN, row.nextAttemptAt, row.id).where(sql`${INBOX_TURN} is not null`),
    index('webhook_inbox_suspects').on(row.nextAttemptAt, row.id).where(INBOX_SUSPECT),
    index('webhook_inbox_due').on(row.status, row.nextAttemptAt).where(INBOX_WAITING),
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
    /** An expression over the event, asked after the type's own filters. */
    filter: jsonb().$type<Filter>(),
    /** Listens to this integration only; null: to every one of its provider in the organization. */
    integrationId: uuid().references(() => integrations.id, { onDelete: 'set null' }),
    pollingIntervalSeconds: integer(),
    /** The provider's id of a registration that expires (Jira: 30 days). */
    externalWebhookId: text(),
    externalWebhookExpiresAt: instant(),
    enabled: boolean().notNull().default(true),
    createdBy: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (trigger) => [
    check('triggers_type', sql`trigger_type in ('webhook','polling','scheduled','manual')`),
    check('triggers_interval', sql`polling_interval_seconds between 60 and 86400`),
    index().on(trigger.automationId),
    index().on(trigger.integrationId, trigger.enabled, trigger.triggerType),
    index('triggers_expiring').on(trigger.externalWebhookExpiresAt).where(sql`external_webhook_id is not null`),
    uniqueIndex('triggers_manual').on(trigger.automationId).where(sql`provider = 'manual'`),
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

/**
 * One poll per group and cycle, however many triggers listen (trap T2). A group exists exactly while an enabled polling
 * trigger does: `follow_polling_triggers` in the migrations keeps it so, also when triggers go with their automation.
 */
export const triggerPollGroups = pgTable(
  'trigger_poll_groups',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    provider: text().notNull(),
    integrationId: uuid().references(() => integrations.id, { onDelete: 'cascade' }),
    /** The module's own; null before the first poll, which only takes a baseline. */
    cursor: jsonb(),
    intervalSeconds: integer().notNull(),
    nextPollAt: instant().notNull(),
    lastPolledAt: instant(),
    leaseToken: uuid(),
    leaseExpiresAt: instant(),
    consecutiveFailures: integer().notNull().default(0),
    lastError: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (group) => [
    check('trigger_poll_groups_interval', sql`interval_seconds between 60 and 86400`),
    unique('trigger_poll_groups_one').on(group.organizationId, group.provider, group.integrationId).nullsNotDistinct(),
    index().on(group.nextPollAt),
  ],
)

/** When a scheduled trigger fires; the trigger itself carries the automation. */
export const schedules = pgTable(
  'schedules',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    automationId: uuid()
      .notNull()
      .references(() => automations.id, { onDelete: 'cascade' }),
    triggerId: uuid()
      .notNull()
      .references(() => triggers.id, { onDelete: 'cascade' }),
    name: text(),
    cronExpression: text().notNull(),
    timezone: text().notNull().default('UTC'),
    enabled: boolean().notNull().default(true),
    lastRunAt: instant(),
    /** Null when the expression never fires again. */
    nextRunAt: instant(),
    createdBy: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (schedule) => [
    uniqueIndex().on(schedule.triggerId),
    index().on(schedule.automationId),
    index().on(schedule.organizationId, schedule.id),
    index('schedules_due').on(schedule.nextRunAt).where(sql`enabled`),
  ],
)

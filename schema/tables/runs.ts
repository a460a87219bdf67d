import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { automations } from '#schema/tables/automations'
import { createdAt, instant, updatedAt } from '#schema/tables/columns'
import { organizations } from '#schema/tables/identity'
import { sessions } from '#schema/tables/sessions'
import { triggerEvents, triggers } from '#schema/tables/triggers'

export const automationRuns = pgTable(
  'automation_runs',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    automationId: uuid()
      .notNull()
      .references(() => automations.id, { onDelete: 'cascade' }),
    triggerEventId: uuid()
      .notNull()
      .unique()
      .references(() => triggerEvents.id, { onDelete: 'cascade' }),
    triggerId: uuid().references(() => triggers.id, { onDelete: 'set null' }),
    status: text().notNull().default('queued'),
    statusReason: text(),
    failureStage: text(),
    errorMessage: text(),
    leaseOwner: text(),
    leaseExpiresAt: instant(),
    leaseVersion: integer().notNull().default(0),
    attempt: integer().notNull().default(0),
    queuedAt: instant().notNull().defaultNow(),
    enrichmentStartedAt: instant(),
    enrichmentCompletedAt: instant(),
    executionStartedAt: instant(),
    sessionCreatedAt: instant(),
    promptSentAt: instant(),
    completedAt: instant(),
    lastActivityAt: instant(),
    lastCheckedAt: instant(),
    deadlineAt: instant().notNull(),
    sessionId: uuid().references(() => sessions.id, { onDelete: 'set null' }),
    completionId: text(),
    completionJson: jsonb(),
    /** SHA-256 of the key-sorted completion: jsonb reorders keys, so texts cannot be compared. */
    completionHash: text(),
    completionArtifactRef: text(),
    enrichmentJson: jsonb(),
    enrichmentArtifactRef: text(),
    /** Of the delivery that started it; what is done for the run carries it on. */
    traceId: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (run) => [
    check(
      'automation_runs_status',
      sql`status in ('queued','enriching','ready','running','succeeded','failed','needs_human','timed_out','canceled','skipped')`,
    ),
    index().on(run.status, run.leaseExpiresAt),
    index().on(run.organizationId, run.status),
    index().on(run.organizationId, run.id),
    index().on(run.sessionId),
    index().on(run.automationId, run.id),
  ],
)

export const automationRunEvents = pgTable(
  'automation_run_events',
  {
    id: uuid().primaryKey(),
    runId: uuid()
      .notNull()
      .references(() => automationRuns.id, { onDelete: 'cascade' }),
    type: text().notNull(),
    fromStatus: text(),
    toStatus: text(),
    data: jsonb().notNull().default({}),
    createdAt: createdAt(),
  },
  (event) => [index().on(event.runId, event.id)],
)

export const outbox = pgTable(
  'outbox',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    kind: text().notNull(),
    payload: jsonb().notNull(),
    status: text().notNull().default('pending'),
    attempts: integer().notNull().default(0),
    availableAt: instant().notNull().defaultNow(),
    claimedAt: instant(),
    lastError: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (row) => [
    check('outbox_status', sql`status in ('pending','processing','dispatched','failed')`),
    index().on(row.status, row.availableAt),
    index('outbox_processing').on(row.claimedAt).where(sql`status = 'processing'`),
    // The finalizer asks whether a run still has something on its way.
    index('outbox_run').on(sql`(payload->>'runId')`),
  ],
)

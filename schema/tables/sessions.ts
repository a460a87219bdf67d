import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant, updatedAt } from '#schema/tables/columns'
import { organizations } from '#schema/tables/identity'
import { configurations } from '#schema/tables/repositories'

/** The index of sessions: a projection that the session's own object writes (decision D4). */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    createdBy: text(),
    configurationId: uuid().references(() => configurations.id, { onDelete: 'set null' }),
    sessionType: text().notNull().default('coding'),
    clientType: text().notNull(),
    title: text().notNull(),
    status: text().notNull().default('pending'),
    statusReason: text(),
    pauseReason: text(),
    outcome: text(),
    summary: text(),
    modelId: text(),
    initialPrompt: text(),
    branchName: text(),
    /** Plain ids without foreign keys: runs point at sessions, and a cycle of keys would forbid either order of writes. */
    automationId: uuid(),
    runId: uuid(),
    triggerEventId: uuid(),
    idempotencyKey: text(),
    sandboxProvider: text().notNull(),
    sandboxId: text(),
    sandboxGeneration: integer().notNull().default(0),
    sandboxExpiresAt: instant(),
    /** Fencing: a write that carries a lower epoch is refused (decision D15). */
    epoch: bigint({ mode: 'number' }).notNull().default(0),
    checkpointRef: text(),
    metrics: jsonb().notNull().default({}),
    startedAt: instant(),
    lastActivityAt: instant(),
    lastSeenAliveAt: instant(),
    pausedAt: instant(),
    endedAt: instant(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (session) => [
    check('sessions_status', sql`status in ('pending','starting','running','paused','stopped','failed')`),
    check('sessions_type', sql`session_type in ('setup','coding','cli')`),
    check('sessions_client', sql`client_type in ('web','slack','automation','cli','api','job')`),
    check('sessions_provider', sql`sandbox_provider in ('modal','e2b','local')`),
    uniqueIndex('sessions_idempotency')
      .on(session.organizationId, session.idempotencyKey)
      .where(sql`idempotency_key is not null`),
    index().on(session.organizationId, session.id),
    index().on(session.status, session.lastSeenAliveAt),
    index().on(session.configurationId),
    index().on(session.runId),
  ],
)

/** Audit of the platform tools an agent called; the object's own row decides about repeats. */
export const sessionToolInvocations = pgTable(
  'session_tool_invocations',
  {
    id: uuid().primaryKey(),
    organizationId: text()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    sessionId: uuid()
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    toolCallId: text().notNull(),
    toolName: text().notNull(),
    params: jsonb(),
    status: text().notNull(),
    result: jsonb(),
    error: text(),
    createdAt: createdAt(),
    completedAt: instant(),
    durationMs: integer(),
  },
  (invocation) => [
    check('session_tool_invocations_status', sql`status in ('executing','completed','failed')`),
    uniqueIndex().on(invocation.sessionId, invocation.toolCallId),
  ],
)

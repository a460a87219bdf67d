import { and, desc, eq, getTableColumns, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { auditedFrom, type AuditRow } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'
import type { ClientType, SessionStatus, SessionType } from '#schema/contracts/sessions'
import { sessions } from '#schema/tables/index'

/** The first repository of the configuration, which is how people tell sessions apart. */
const repositoryName = sql<string | null>`(
  select repositories.name from configuration_repositories
  join repositories on repositories.id = configuration_repositories.repository_id
  where configuration_repositories.configuration_id = ${sessions.configurationId}
    and repositories.organization_id = ${sessions.organizationId}
  order by configuration_repositories.workspace_path limit 1
)`
const columns = { ...getTableColumns(sessions), repositoryName }

export type SessionRow = typeof sessions.$inferSelect & { repositoryName: string | null }

export interface NewSession {
  id: string
  organizationId: string
  createdBy: string | null
  configurationId: string
  sessionType: SessionType
  clientType: ClientType
  title: string
  modelId: string
  initialPrompt: string | null
  branch: string
  automationId: string | null
  runId: string | null
  triggerEventId: string | null
  idempotencyKey: string | null
  sandboxProvider: string
  now: Date
  /** Of one that a person starts; its subject is the session, whatever it says. Null for one of a run. */
  audit: AuditRow | null
}

/**
 * Inserts a session unless its idempotency key was used before in the organization, and only on a configuration of the
 * organization; with its entry. False when nothing was inserted.
 */
export async function insertSession(db: Database, session: NewSession): Promise<boolean> {
  const now = session.now.toISOString()
  const rows = await queryRows(
    db,
    sql`
      with made as (
        insert into sessions (id, organization_id, created_by, configuration_id, session_type, client_type, title,
          model_id, initial_prompt, branch_name, automation_id, run_id, trigger_event_id, idempotency_key,
          sandbox_provider, created_at, updated_at)
        select ${session.id}::uuid, organization_id, ${session.createdBy}, id, ${session.sessionType},
          ${session.clientType}, ${session.title}, ${session.modelId}, ${session.initialPrompt}, ${session.branch},
          ${session.automationId}::uuid, ${session.runId}::uuid, ${session.triggerEventId}::uuid,
          ${session.idempotencyKey}, ${session.sandboxProvider},
          ${now}::timestamptz, ${now}::timestamptz
        from configurations where id = ${session.configurationId}::uuid and organization_id = ${session.organizationId}
        on conflict (organization_id, idempotency_key) where idempotency_key is not null do nothing
        returning id
      )${audited(session.audit)}
      select id from made`,
  )
  return rows.length > 0
}

function audited(audit: AuditRow | null): SQL {
  if (!audit) return sql``
  return sql`, audited as (${auditedFrom('made', audit, { subjectId: sql`(select id::text from made)` })})`
}

export async function findSessionRow(
  db: Database,
  session: { organizationId: string; sessionId: string },
): Promise<SessionRow | null> {
  const [row] = await db
    .select(columns)
    .from(sessions)
    .where(and(eq(sessions.id, session.sessionId), eq(sessions.organizationId, session.organizationId)))
  return row ?? null
}

export async function findSessionRowByKey(
  db: Database,
  key: { organizationId: string; idempotencyKey: string },
): Promise<SessionRow | null> {
  const [row] = await db
    .select(columns)
    .from(sessions)
    .where(and(eq(sessions.organizationId, key.organizationId), eq(sessions.idempotencyKey, key.idempotencyKey)))
  return row ?? null
}

/** Up to `limit` sessions of the organization, newest first, after the cursor. */
export async function listSessionRows(
  db: Database,
  page: { organizationId: string; cursor?: string | undefined; status?: SessionStatus | undefined; limit: number },
): Promise<SessionRow[]> {
  return db
    .select(columns)
    .from(sessions)
    .where(
      and(
        eq(sessions.organizationId, page.organizationId),
        page.cursor === undefined ? undefined : lt(sessions.id, page.cursor),
        page.status === undefined ? undefined : eq(sessions.status, page.status),
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(page.limit)
}

/** What the session's object writes of itself. Absent fields keep their value. */
export interface SessionFacts {
  status: SessionStatus
  statusReason: string | null
  pauseReason: string | null
  outcome: string | null
  summary: string | null
  sandboxId: string | null
  sandboxGeneration: number
  sandboxExpiresAt: Date | null
  checkpointRef: string | null
  startedAt: Date | null
  lastActivityAt: Date | null
  lastSeenAliveAt: Date | null
  pausedAt: Date | null
  endedAt: Date | null
}

const COLUMNS = {
  status: 'status',
  statusReason: 'status_reason',
  pauseReason: 'pause_reason',
  outcome: 'outcome',
  summary: 'summary',
  sandboxId: 'sandbox_id',
  sandboxGeneration: 'sandbox_generation',
  sandboxExpiresAt: 'sandbox_expires_at',
  checkpointRef: 'checkpoint_ref',
  startedAt: 'started_at',
  lastActivityAt: 'last_activity_at',
  lastSeenAliveAt: 'last_seen_alive_at',
  pausedAt: 'paused_at',
  endedAt: 'ended_at',
} satisfies Record<keyof SessionFacts, string>

const Written = z.object({ stored: z.coerce.number(), present: z.coerce.number() })

/**
 * Compare-and-set on the epoch: `fenced` when a younger instance of the object has written before, `missing` when the
 * session is gone from the organization.
 */
export async function writeSessionFacts(
  db: Database,
  input: { organizationId: string; sessionId: string; epoch: number; facts: SessionFacts; now: Date },
): Promise<'stored' | 'fenced' | 'missing'> {
  const keys = Object.keys(COLUMNS) as (keyof SessionFacts)[]
  const assignments = keys.map((key) => {
    const value = input.facts[key]
    return sql`${sql.identifier(COLUMNS[key])} = ${value instanceof Date ? value.toISOString() : value}`
  })
  const isIt = sql`id = ${input.sessionId}::uuid and organization_id = ${input.organizationId}`
  const [row] = await queryRows(
    db,
    sql`
      with moved as (
        update sessions set ${sql.join(assignments, sql`, `)}, epoch = ${input.epoch},
          updated_at = ${input.now.toISOString()}
        where ${isIt} and epoch <= ${input.epoch}
        returning id
      )
      select (select count(*) from moved) as stored,
        (select count(*) from sessions where ${isIt}) as present`,
  )
  const written = Written.parse(row)
  if (written.stored > 0) return 'stored'
  return written.present > 0 ? 'fenced' : 'missing'
}

/** The youngest sessions of an organization that have not ended. */
export async function listLiveSessionIds(db: Database, organizationId: string, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.organizationId, organizationId), isNull(sessions.endedAt)))
    .orderBy(desc(sessions.id))
    .limit(limit)
  return rows.map(({ id }) => id)
}

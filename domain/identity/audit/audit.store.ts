import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import { AuditActorKind } from '#schema/contracts/audit'
import { type AuditRow, LABEL_CHARACTERS } from './audit-row.ts'

const COLUMNS = sql.raw(
  'id, organization_id, actor_kind, actor_id, api_key_id, actor_name, impersonated_by, verb, subject_kind, subject_id, ' +
    'subject_label, ip, user_agent, request_id, trace_id, before, after, at',
)

/** What only the statement itself knows of an entry. Nothing of it is redacted: it must not be able to hold a secret. */
export interface KnownInStatement {
  organizationId?: SQL
  actorName?: SQL
  verb?: SQL
  subjectId?: SQL
  subjectLabel?: SQL
  before?: SQL
  after?: SQL
}

/**
 * The entry as a part of another statement: `with moved as (…), audited as (${auditedFrom('moved', row)})`. It is
 * written when `source` has rows, and so exactly when the change is. `source` is the name of a CTE, never input.
 */
export function auditedFrom(source: string, row: AuditRow, known: KnownInStatement = {}): SQL {
  const json = (value: unknown) => sql`${value === null ? null : JSON.stringify(value)}::jsonb`
  return sql`
    insert into audit_log (${COLUMNS})
    select ${row.id}::uuid, ${known.organizationId ?? sql`${row.organizationId}::text`}, ${row.actorKind}::text,
      ${row.actorId}::text, ${row.apiKeyId}::text, ${label(known.actorName ?? sql`${row.actorName}::text`)},
      ${row.impersonatedBy}::text,
      ${known.verb ?? sql`${row.verb}::text`}, ${row.subjectKind}::text,
      ${known.subjectId ?? sql`${row.subjectId}::text`}, ${label(known.subjectLabel ?? sql`${row.subjectLabel}::text`)},
      ${row.ip}::text,
      ${row.userAgent}::text, ${row.requestId}::text, ${row.traceId}::text,
      ${known.before ?? json(row.before)}, ${known.after ?? json(row.after)}, ${row.at.toISOString()}::timestamptz
    from (select 1 from ${sql.identifier(source)} limit 1) as changed`
}

const label = (text: SQL) => sql`left(${text}, ${LABEL_CHARACTERS}::int)`

/** Several entries as parts of another statement, behind its other parts: `with changed as (…)${allAuditedFrom(…)}`. */
export const allAuditedFrom = (source: string, rows: readonly AuditRow[]): SQL =>
  sql.join(
    rows.map((row, index) => sql`, ${sql.identifier(`audited_${index}`)} as (${auditedFrom(source, row)})`),
    sql``,
  )

/** An instant in `before` or `after`, as JSON writes it. */
export const jsonInstant = (instant: SQL): SQL =>
  sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** Writes entries by themselves, all or none. */
export async function insertAuditRows(db: Database, rows: readonly AuditRow[]): Promise<void> {
  await queryRows(db, sql`with changed_here as (select 1)${allAuditedFrom('changed_here', rows)} select from changed_here`)
}

const State = z.record(z.string(), z.unknown()).nullable()

const StoredRow = z.object({
  id: z.string(),
  actor_kind: AuditActorKind,
  actor_id: z.string().nullable(),
  api_key_id: z.string().nullable(),
  actor_name: z.string(),
  impersonated_by: z.string().nullable(),
  verb: z.string(),
  subject_kind: z.string(),
  subject_id: z.string().nullable(),
  subject_label: z.string().nullable(),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
  request_id: z.string().nullable(),
  trace_id: z.string().nullable(),
  before: State,
  after: State,
  at: z.coerce.date(),
})
export type StoredAuditRow = z.infer<typeof StoredRow>

/** What entries are asked for; an absent field asks for all. */
export interface AuditFilter {
  actorId?: string | undefined
  verb?: string | undefined
  subjectKind?: string | undefined
  subjectId?: string | undefined
  /** Instants: `from` is included, `to` is not. */
  from?: string | undefined
  to?: string | undefined
}

/** The organization's entries, newest first, older than the cursor, at most `limit`; null: those that belong to none. */
export async function listAuditRows(
  db: Database,
  organizationId: string | null,
  input: { filter: AuditFilter; cursor: string | undefined; limit: number },
): Promise<StoredAuditRow[]> {
  const { filter, cursor, limit } = input
  const parts = [organizationId === null ? sql`organization_id is null` : sql`organization_id = ${organizationId}`]
  if (filter.actorId !== undefined) parts.push(sql`actor_id = ${filter.actorId}`)
  if (filter.verb !== undefined) parts.push(sql`verb = ${filter.verb}`)
  if (filter.subjectKind !== undefined) parts.push(sql`subject_kind = ${filter.subjectKind}`)
  if (filter.subjectId !== undefined) parts.push(sql`subject_id = ${filter.subjectId}`)
  if (filter.from !== undefined) parts.push(sql`at >= ${filter.from}::timestamptz`)
  if (filter.to !== undefined) parts.push(sql`at < ${filter.to}::timestamptz`)
  if (cursor !== undefined) parts.push(sql`id < ${cursor}::uuid`)
  const rows = await queryRows(
    db,
    sql`select ${COLUMNS} from audit_log where ${sql.join(parts, sql` and `)} order by id desc limit ${limit}`,
  )
  return rows.map((row) => StoredRow.parse(row))
}

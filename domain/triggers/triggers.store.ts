import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { auditedFrom, type AuditRow } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'
import type { PageQuery } from '#schema/contracts/common'
import { integrations, schedules, triggerPollGroups, triggers, webhookEndpoints } from '#schema/tables/index'

export type TriggerRow = typeof triggers.$inferSelect
type ScheduleRow = typeof schedules.$inferSelect

const ENDPOINT = { id: webhookEndpoints.id, signatureRequired: webhookEndpoints.signatureRequired }
const SCHEDULE = {
  id: schedules.id,
  cronExpression: schedules.cronExpression,
  timezone: schedules.timezone,
  nextRunAt: schedules.nextRunAt,
}

/** A trigger with what was made beside it. */
export interface TriggerWithParts {
  trigger: TriggerRow
  endpoint: { id: string; signatureRequired: boolean } | null
  schedule: Pick<ScheduleRow, 'id' | 'cronExpression' | 'timezone' | 'nextRunAt'> | null
}

export interface NewTrigger {
  trigger: Omit<TriggerRow, 'createdAt' | 'updatedAt' | 'externalWebhookExpiresAt'>
  endpoint: { id: string; sealedSecret: string; signatureRequired: boolean } | null
  schedule: (Pick<ScheduleRow, 'id' | 'cronExpression' | 'timezone' | 'nextRunAt'> & { name: string | null }) | null
  now: Date
  audit: AuditRow
}

/** Writes a trigger with its address, its schedule and its entry, in one statement: all of it is there, or nothing. */
export async function insertTrigger(db: Database, input: NewTrigger): Promise<void> {
  const { trigger, endpoint, schedule } = input
  const now = sql`${input.now.toISOString()}::timestamptz`
  await queryRows(
    db,
    sql`
      with made as (
        insert into triggers (id, organization_id, automation_id, trigger_type, provider, event_type, config, filter,
          integration_id, polling_interval_seconds, external_webhook_id, enabled, created_by, created_at, updated_at)
        values (${trigger.id}, ${trigger.organizationId}, ${trigger.automationId}, ${trigger.triggerType},
          ${trigger.provider}, ${trigger.eventType}, ${JSON.stringify(trigger.config)}::jsonb,
          ${trigger.filter && JSON.stringify(trigger.filter)}::jsonb, ${trigger.integrationId}::uuid,
          ${trigger.pollingIntervalSeconds}::integer, ${trigger.externalWebhookId}, ${trigger.enabled},
          ${trigger.createdBy}, ${now}, ${now})
        returning id, organization_id, automation_id, provider, enabled, created_by
      ), addressed as (
        insert into webhook_endpoints (id, organization_id, provider, trigger_id, sealed_secret, signature_required,
          created_by, created_at, updated_at)
        select e.id, organization_id, provider, made.id, e."sealedSecret", e."signatureRequired", created_by, ${now}, ${now}
        from made cross join ${recordsOf(endpoint)} as e(id uuid, "sealedSecret" text, "signatureRequired" boolean)
      ), audited as (${auditedFrom('made', input.audit)})
      insert into schedules (id, organization_id, automation_id, trigger_id, name, cron_expression, timezone, enabled,
        next_run_at, created_by, created_at, updated_at)
      select s.id, organization_id, automation_id, made.id, s.name, s."cronExpression", s.timezone, enabled,
        s."nextRunAt", created_by, ${now}, ${now}
      from made cross join ${recordsOf(schedule)} as s(
        id uuid, name text, "cronExpression" text, timezone text, "nextRunAt" timestamptz)`,
  )
}

/** One record or none. */
const recordsOf = (record: object | null) =>
  sql`jsonb_to_recordset(${JSON.stringify(record === null ? [] : [record])}::jsonb)`

const withParts = (db: Database, where: SQL | undefined) =>
  db
    .select({ trigger: triggers, endpoint: ENDPOINT, schedule: SCHEDULE })
    .from(triggers)
    .leftJoin(webhookEndpoints, eq(webhookEndpoints.triggerId, triggers.id))
    .leftJoin(schedules, eq(schedules.triggerId, triggers.id))
    .where(where)

export async function findTriggerRow(
  db: Database,
  organizationId: string,
  id: string,
): Promise<TriggerWithParts | null> {
  const [row] = await withParts(db, and(eq(triggers.organizationId, organizationId), eq(triggers.id, id))).limit(1)
  return row ?? null
}

const pendingEvents = sql<number>`(select count(*)::int from trigger_events
  where trigger_events.trigger_id = ${triggers.id} and trigger_events.status = 'queued')`

/** The organization's triggers, or those of one automation, newest first, one more than asked for. */
export function listTriggerRows(
  db: Database,
  organizationId: string,
  input: { page: PageQuery; automationId: string | undefined },
) {
  const { page, automationId } = input
  return db
    .select({
      id: triggers.id,
      trigger: triggers,
      endpoint: ENDPOINT,
      schedule: SCHEDULE,
      integration: { id: integrations.id, displayName: integrations.displayName, status: integrations.status },
      pollGroup: {
        id: triggerPollGroups.id,
        lastPolledAt: triggerPollGroups.lastPolledAt,
        nextPollAt: triggerPollGroups.nextPollAt,
        lastError: triggerPollGroups.lastError,
      },
      pendingEventCount: pendingEvents,
    })
    .from(triggers)
    .leftJoin(webhookEndpoints, eq(webhookEndpoints.triggerId, triggers.id))
    .leftJoin(schedules, eq(schedules.triggerId, triggers.id))
    .leftJoin(integrations, eq(integrations.id, triggers.integrationId))
    .leftJoin(
      triggerPollGroups,
      and(
        eq(triggers.triggerType, 'polling'),
        eq(triggers.enabled, true),
        eq(triggerPollGroups.organizationId, triggers.organizationId),
        eq(triggerPollGroups.provider, triggers.provider),
        sql`${triggerPollGroups.integrationId} is not distinct from ${triggers.integrationId}`,
      ),
    )
    .where(
      and(
        eq(triggers.organizationId, organizationId),
        automationId === undefined ? undefined : eq(triggers.automationId, automationId),
        page.cursor === undefined ? undefined : lt(triggers.id, page.cursor),
      ),
    )
    .orderBy(desc(triggers.id))
    .limit(page.limit + 1)
}
export type ShownTrigger = Awaited<ReturnType<typeof listTriggerRows>>[number]

/** Instants of rows that Postgres stamped itself have microseconds; what was read has milliseconds. */
const unchanged = (unchangedSince: Date | null) =>
  unchangedSince === null
    ? undefined
    : sql`date_trunc('milliseconds', ${triggers.updatedAt}) = ${unchangedSince.toISOString()}::timestamptz`

export interface TriggerEdit {
  organizationId: string
  triggerId: string
  change: Pick<
    TriggerRow,
    | 'eventType'
    | 'config'
    | 'filter'
    | 'integrationId'
    | 'pollingIntervalSeconds'
    | 'externalWebhookId'
    | 'enabled'
  >
  /** What its own address requires from now on; left out where there is none. */
  endpoint: { signatureRequired: boolean } | null
  /** Without a name its schedule keeps the one that it has. */
  schedule: (Pick<ScheduleRow, 'cronExpression' | 'timezone' | 'nextRunAt'> & { name?: string | null | undefined }) | null
  /** Null: whatever it is. */
  unchangedSince: Date | null
  now: Date
  audit: AuditRow
}

/**
 * What an edit makes of a schedule. One that leaves the times alone takes no firing away; one that was off fires nothing
 * it missed.
 */
function scheduled(schedule: TriggerEdit['schedule']): SQL {
  const cron = sql`${schedule?.cronExpression ?? null}::text`
  const timezone = sql`${schedule?.timezone ?? null}::text`
  const next = sql`${schedule?.nextRunAt?.toISOString() ?? null}::timestamptz`
  const name = schedule?.name === undefined ? sql`s.name` : sql`${schedule.name}::text`
  const isSame = sql`s.enabled and s.cron_expression = ${cron} and s.timezone = ${timezone}`
  return sql`name = ${name}, cron_expression = ${cron}, timezone = ${timezone},
    next_run_at = case when ${isSame} then coalesce(s.next_run_at, ${next}) else ${next} end`
}

/**
 * Compare-and-set, together with what was made beside the trigger and the entry of it. False when the row is gone, or was changed since
 * `unchangedSince`.
 */
export async function updateTriggerRow(db: Database, edit: TriggerEdit): Promise<boolean> {
  const { change, endpoint, schedule } = edit
  const now = sql`${edit.now.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    // Strictly later than before, so that two edits within one millisecond cannot look like one.
    sql`
      with changed as (
        update triggers set event_type = ${change.eventType}, config = ${JSON.stringify(change.config)}::jsonb,
          filter = ${change.filter && JSON.stringify(change.filter)}::jsonb,
          integration_id = ${change.integrationId}::uuid,
          polling_interval_seconds = ${change.pollingIntervalSeconds}::integer, enabled = ${change.enabled},
          external_webhook_id = ${change.externalWebhookId},
          external_webhook_expires_at =
            case when external_webhook_id = ${change.externalWebhookId} then external_webhook_expires_at end,
          updated_at = greatest(${now}, updated_at + interval '1 millisecond')
        where id = ${edit.triggerId} and organization_id = ${edit.organizationId}
          and ${unchanged(edit.unchangedSince) ?? sql`true`}
        returning id, enabled
      ), addressed as (
        update webhook_endpoints e set signature_required = ${endpoint?.signatureRequired ?? true},
          updated_at = greatest(${now}, e.updated_at + interval '1 millisecond')
        from changed where e.trigger_id = changed.id and ${endpoint !== null}::boolean
      ), clocked as (
        update schedules s set enabled = changed.enabled, updated_at = ${now}, ${scheduled(schedule)}
        from changed where s.trigger_id = changed.id and ${schedule !== null}::boolean
      ), audited as (${auditedFrom('changed', edit.audit)})
      select id from changed`,
  )
  return rows.length > 0
}

/** Events of the trigger whose run has not ended. */
const hasLiveRun = sql`exists (
  select 1 from automation_runs join trigger_events on trigger_events.id = automation_runs.trigger_event_id
  where trigger_events.trigger_id = ${triggers.id} and automation_runs.status in ('queued','enriching','ready','running')
)`

/** Compare-and-delete; `in_use` when a run that it started has not ended, since the run would go with it. */
export async function deleteTriggerRow(
  db: Database,
  edit: { organizationId: string; triggerId: string; unchangedSince: Date | null; audit: AuditRow },
): Promise<'deleted' | 'changed' | 'in_use' | 'missing'> {
  const isIt = and(eq(triggers.id, edit.triggerId), eq(triggers.organizationId, edit.organizationId))
  const deleted = db.$with('deleted').as(
    db
      .delete(triggers)
      .where(and(isIt, unchanged(edit.unchangedSince), sql`not ${hasLiveRun}`))
      .returning({ id: triggers.id }),
  )
  const audited = db.$with('audited', {}).as(auditedFrom('deleted', edit.audit))
  if ((await db.with(deleted, audited).select().from(deleted)).length > 0) return 'deleted'
  const [row] = await db.select({ inUse: sql<boolean>`${hasLiveRun}` }).from(triggers).where(isIt)
  if (!row) return 'missing'
  return row.inUse ? 'in_use' : 'changed'
}

/** The trigger behind "run now" of an automation, made the first time. It is off: nothing but a person wakes it. */
export async function saveManualTrigger(
  db: Database,
  input: { id: string; organizationId: string; automationId: string; userId: string | null; now: Date },
): Promise<string> {
  const { now, userId, ...row } = input
  const [saved] = await db
    .insert(triggers)
    .values({
      ...row,
      triggerType: 'manual',
      provider: 'manual',
      eventType: 'run_requested',
      enabled: false,
      createdBy: userId,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({
      target: triggers.automationId,
      targetWhere: sql`provider = 'manual'`,
      // Nothing of it changes: it is said so that the id comes back.
      set: { triggerType: 'manual', updatedAt: sql`${triggers.updatedAt}` },
    })
    .returning({ id: triggers.id })
  return (saved as { id: string }).id
}

/** Forgets a connection and switches off the triggers that listen to it alone. False when it is forgotten already. */
export async function disconnect(
  db: Database,
  input: { organizationId: string; integrationId: string; now: Date; audit: AuditRow },
): Promise<boolean> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`
      with gone as (
        update integrations set status = 'deleted', sealed_token = null, updated_at = ${now}
        where id = ${input.integrationId} and organization_id = ${input.organizationId} and status <> 'deleted'
        returning id, organization_id
      ), silenced as (
        update triggers t set enabled = false, updated_at = ${now}
        from gone where t.integration_id = gone.id and t.organization_id = gone.organization_id and t.enabled
        returning t.id
      ), audited as (${auditedFrom('gone', input.audit, {
        after: sql`(select jsonb_build_object('triggersSwitchedOff', count(*)) from silenced)`,
      })})
      select id from gone`,
  )
  return rows.length > 0
}

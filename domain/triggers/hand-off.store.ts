import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { auditedFrom, type AuditRow } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'
import { storableJson } from '#kernel/json'
import { Id } from '#schema/contracts/common'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { triggerEvents } from '#schema/tables/index'

// Runs and the outbox belong to another slice. They are written here all the same, because this one statement is the
// atom that makes a delivery start at most one run: over HTTP SQL there is no transaction that could reach across two
// stores.

/** An event that a trigger wants, with names for everything that may have to be made. */
export interface Candidate {
  eventId: string
  runId: string
  runEventId: string
  outboxId: string
  organizationId: string
  triggerId: string
  inboxId: string | null
  traceId: string
  event: NormalizedEvent
  /** The automation is switched off: the event is recorded, and starts nothing. */
  disabled: boolean
}

const HandedOff = z
  .object({
    event_id: Id,
    fresh: z.boolean(),
    run_id: Id.nullable(),
    outbox_id: Id.nullable(),
    trigger_gone: z.boolean(),
    known_from: Id.nullable(),
  })
  .transform((row) => ({
    eventId: row.event_id,
    /** This statement recorded the event. */
    fresh: row.fresh,
    /** The run of the event, whoever started it. */
    runId: row.run_id,
    /** Set when this statement started the run. */
    outboxId: row.outbox_id,
    /** The trigger was removed after it was read. */
    triggerGone: row.trigger_gone,
    /** The delivery that recorded the same event earlier. */
    knownFrom: row.known_from,
  }))
export type HandedOff = z.infer<typeof HandedOff>

/** What the statement did with each candidate, or what had been done with its event before. */
const WHAT_BECAME = sql`
      select c.event_id, coalesce(f.id = c.event_id, false) as fresh, coalesce(s.id, run.id) as run_id,
        a.id as outbox_id, t.id is null as trigger_gone, known.inbox_id as known_from
      from candidate c
      left join triggers t on t.id = c.trigger_id and t.organization_id = c.organization_id
      left join lateral (
        select fresh.id from fresh
        where fresh.trigger_id = c.trigger_id and (fresh.dedup_key = c.dedup_key
          or fresh.dedup_key in (select dedup_key from earlier e where e.event_id = c.event_id))
        order by fresh.dedup_key = c.dedup_key desc limit 1
      ) f on true
      left join started s on s.trigger_event_id = f.id
      left join announced a on a.id = c.outbox_id
      left join lateral (
        select event.id, event.inbox_id from trigger_events event
        where event.trigger_id = c.trigger_id and (event.dedup_key = c.dedup_key
          or event.dedup_key in (select dedup_key from earlier e where e.event_id = c.event_id))
        order by event.dedup_key = c.dedup_key desc limit 1
      ) known on true
      left join automation_runs run on run.trigger_event_id = known.id`

/** The candidates, and those whose event is recorded under an earlier key of it. */
const candidatesOf = (candidates: Candidate[]) => sql`
      candidate as (
        select * from jsonb_to_recordset(${JSON.stringify(candidates.map(recordOf))}::jsonb) as c(
          event_id uuid, run_id uuid, run_event_id uuid, outbox_id uuid, organization_id text, trigger_id uuid,
          inbox_id uuid, trace_id text, disabled boolean, provider text, event_type text, provider_event_type text,
          occurred_at timestamptz, dedup_key text, earlier_keys jsonb, title text, url text, context jsonb)
      ), earlier as (
        select c.event_id, key.value as dedup_key
        from candidate c cross join lateral jsonb_array_elements_text(c.earlier_keys) key
      ), repeated as (
        select e.event_id
        from earlier e join candidate c on c.event_id = e.event_id
        join trigger_events known on known.trigger_id = c.trigger_id and known.dedup_key = e.dedup_key)`

/**
 * Records events and starts their runs, in one statement: either an event, its run, the run's first line and the
 * outbox row that sets it going are all there, or none. The unique (trigger, dedup key) decides who was first; an event
 * recorded under one of its earlier keys was first too. `audit` is the entry of a run that starts alone.
 */
export async function handOffAcrossOrganizations(
  db: Database,
  input: { candidates: Candidate[]; now: Date; deadlineAt: Date; audit: AuditRow | null },
): Promise<HandedOff[]> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`
      with ${candidatesOf(input.candidates)}, fresh as (
        insert into trigger_events (id, organization_id, trigger_id, inbox_id, provider, event_type,
          provider_event_type, occurred_at, dedup_key, title, url, context, status, skip_reason, created_at,
          processed_at)
        select c.event_id, c.organization_id, c.trigger_id, c.inbox_id, c.provider, c.event_type, c.provider_event_type,
          c.occurred_at, c.dedup_key, c.title, c.url, c.context,
          case when c.disabled then 'skipped' else 'queued' end, case when c.disabled then 'automation_disabled' end,
          ${now}, case when c.disabled then ${now} end
        from candidate c
        join triggers t on t.id = c.trigger_id and t.organization_id = c.organization_id
        where c.event_id not in (select event_id from repeated)
        order by c.trigger_id, c.dedup_key
        on conflict (trigger_id, dedup_key) do nothing
        returning id, trigger_id, dedup_key, status
      ), started as (
        insert into automation_runs (id, organization_id, automation_id, trigger_event_id, trigger_id, status,
          queued_at, deadline_at, trace_id, created_at, updated_at)
        select c.run_id, c.organization_id, t.automation_id, c.event_id, c.trigger_id, 'queued', ${now},
          ${input.deadlineAt.toISOString()}::timestamptz, c.trace_id, ${now}, ${now}
        from fresh f
        join candidate c on c.event_id = f.id
        join triggers t on t.id = c.trigger_id and t.organization_id = c.organization_id
        where f.status = 'queued'
        returning id, trigger_event_id
      ), told as (
        insert into automation_run_events (id, run_id, type, from_status, to_status, data, created_at)
        select c.run_event_id, s.id, 'status_transition', null, 'queued', '{}'::jsonb, ${now}
        from started s join candidate c on c.run_id = s.id
      ), announced as (
        insert into outbox (id, organization_id, kind, payload, available_at, created_at, updated_at)
        select c.outbox_id, c.organization_id, 'enqueue_enrich',
          jsonb_build_object('runId', s.id, 'traceId', c.trace_id), ${now}, ${now}, ${now}
        from started s join candidate c on c.run_id = s.id
        returning id
      )${audited(input.audit)}
      ${WHAT_BECAME}`,
  )
  return rows.map((row) => HandedOff.parse(row))
}

/** The entry of the run that a person asked for; nobody asks for the others. */
function audited(audit: AuditRow | null): SQL {
  if (!audit) return sql``
  const after = sql`(select jsonb_build_object('runId', id) from started)`
  return sql`, audited as (${auditedFrom('started', audit, { after })})`
}

/** Which of these keys which of these triggers of an organization have had. */
export async function listRecordedKeys(
  db: Database,
  organizationId: string,
  input: { triggerIds: string[]; keys: string[] },
): Promise<{ triggerId: string; dedupKey: string }[]> {
  return db
    .select({ triggerId: triggerEvents.triggerId, dedupKey: triggerEvents.dedupKey })
    .from(triggerEvents)
    .where(
      and(
        eq(triggerEvents.organizationId, organizationId),
        inArray(triggerEvents.triggerId, input.triggerIds),
        inArray(triggerEvents.dedupKey, input.keys),
      ),
    )
}

/** Longer than any key that a module makes; an index takes no text of any length. */
const MAX_KEY_CHARACTERS = 500

/**
 * Records events as skipped, without their content. Under a key of their own, so that a replay may still start what the
 * database takes later.
 */
export async function recordRefusedAcrossOrganizations(
  db: Database,
  input: { candidates: Candidate[]; now: Date },
): Promise<void> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const refused = input.candidates.map(({ eventId, organizationId, triggerId, inboxId, event }) => ({
    ...{ id: eventId, organizationId, triggerId, inboxId, provider: event.provider },
    dedupKey: `refused:${event.dedupKey}`.slice(0, MAX_KEY_CHARACTERS),
  }))
  await queryRows(
    db,
    sql`
      insert into trigger_events (id, organization_id, trigger_id, inbox_id, provider, event_type, provider_event_type,
        occurred_at, dedup_key, title, context, status, skip_reason, error_message, created_at, processed_at)
      select r.id, r."organizationId", r."triggerId", r."inboxId", r.provider, coalesce(t.event_type, 'unknown'),
        'unknown', ${now}, r."dedupKey", 'An event that could not be stored', '{}'::jsonb, 'skipped',
        'run_create_failed', 'The database refused what is in it', ${now}, ${now}
      from jsonb_to_recordset(${JSON.stringify(storableJson(refused))}::jsonb) as r(id uuid, "organizationId" text,
        "triggerId" uuid, "inboxId" uuid, provider text, "dedupKey" text)
      join triggers t on t.id = r."triggerId" and t.organization_id = r."organizationId"
      order by r."triggerId", r."dedupKey"
      on conflict (trigger_id, dedup_key) do nothing`,
  )
}

function recordOf(candidate: Candidate) {
  const { event } = candidate
  return storableJson({
    event_id: candidate.eventId,
    run_id: candidate.runId,
    run_event_id: candidate.runEventId,
    outbox_id: candidate.outboxId,
    organization_id: candidate.organizationId,
    trigger_id: candidate.triggerId,
    inbox_id: candidate.inboxId,
    trace_id: candidate.traceId,
    disabled: candidate.disabled,
    provider: event.provider,
    event_type: event.eventType,
    provider_event_type: event.providerEventType,
    occurred_at: event.occurredAt,
    dedup_key: event.dedupKey,
    earlier_keys: event.earlierKeys ?? [],
    title: event.title,
    url: event.url,
    context: event.context,
  })
}

import { findRun } from '#domain/automations'
import { type Actor, type AuditNeeds, auditRowOf, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { PageQuery } from '#schema/contracts/common'
import { type TriggerEvent, TriggerEventStatus } from '#schema/contracts/triggers'
import { TriggerEventNotFound, TriggerEventStarted, TriggerNotFound } from '../errors.ts'
import { findTriggerRow } from '../triggers.store.ts'
import { type EventRow, findEventRow, listEventRows, skipQueuedEvent } from './trigger-events.store.ts'

/** The events that a trigger wanted, newest first. Throws `trigger.not_found`, also for another organization's. */
export async function listTriggerEvents(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; triggerId: string; status?: TriggerEventStatus | undefined } & PageQuery,
): Promise<Page<TriggerEvent>> {
  const { actor, triggerId, status, ...page } = input
  authorize(actor, 'read', 'trigger')
  const { organizationId } = actor
  if (!(await findTriggerRow(needs.db, organizationId, triggerId))) throw TriggerNotFound()
  return pageOf(await listEventRows(needs.db, organizationId, { triggerId, status, page }), page.limit, eventView)
}

/**
 * Skips an event whose run has not begun; the run ends as skipped. Members skip their own. Throws `trigger_event.not_found`, `auth.forbidden`,
 * and `trigger_event.not_queued` once the run has begun.
 */
export async function skipTriggerEvent(
  needs: AuditNeeds,
  input: { actor: Actor; triggerEventId: string },
): Promise<TriggerEvent> {
  const { actor, triggerEventId: id } = input
  const { organizationId } = actor
  authorize(actor, 'read', 'trigger')
  const before = await findEventRow(needs.db, organizationId, id)
  if (!before) throw TriggerEventNotFound()
  const createdBy = before.runId === null ? null : (await findRun(needs, { actor, runId: before.runId })).createdBy
  authorize(actor, 'cancel', { type: 'run', createdBy })
  const audit = auditRowOf(needs, {
    actor,
    verb: 'skip',
    subject: { kind: 'trigger_event', id, label: before.title },
    before: { status: 'queued' },
    after: { status: 'skipped' },
  })
  const edit = { organizationId, id, runEventId: needs.ids.next(), now: needs.clock.now(), audit }
  if (!(await skipQueuedEvent(needs.db, edit))) throw TriggerEventStarted()
  const after = await findEventRow(needs.db, organizationId, id)
  if (!after) throw TriggerEventNotFound()
  return eventView(after)
}

/** An event as the API shows it. */
export const eventView = (row: EventRow): TriggerEvent => ({
  id: row.id,
  title: row.title,
  url: row.url,
  eventType: row.eventType,
  dedupKey: row.dedupKey,
  status: TriggerEventStatus.parse(row.status),
  skipReason: row.skipReason,
  occurredAt: row.occurredAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
  runId: row.runId,
  sessionId: row.sessionId,
  inboxId: row.inboxId,
})

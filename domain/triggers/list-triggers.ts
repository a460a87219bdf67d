import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { PageQuery } from '#schema/contracts/common'
import { TriggerDetail, TriggerEventStatus, type TriggerListItem } from '#schema/contracts/triggers'
import { TriggerNotFound } from './errors.ts'
import { eventView } from './events/trigger-events.ts'
import { countEvents, listEventRows } from './events/trigger-events.store.ts'
import { triggerListView, triggerView } from './trigger.view.ts'
import { findTriggerRow, listTriggerRows } from './triggers.store.ts'

/** The organization's triggers, or those of one automation, newest first. */
export async function listTriggers(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; automationId?: string | undefined } & PageQuery,
): Promise<Page<TriggerListItem>> {
  const { actor, automationId, ...page } = input
  authorize(actor, 'read', 'trigger')
  const { organizationId } = actor
  return pageOf(await listTriggerRows(needs.db, organizationId, { page, automationId }), page.limit, triggerListView)
}

/** So many events are shown with their trigger; the others are a list of their own. */
const RECENT_EVENTS = 10

/** One trigger, with its events where they are asked for. Throws `trigger.not_found`, also for another organization's. */
export async function findTrigger(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; triggerId: string; include?: 'events' | undefined },
): Promise<TriggerDetail> {
  const { actor, triggerId, include } = input
  const { organizationId } = actor
  authorize(actor, 'read', 'trigger')
  const row = await findTriggerRow(needs.db, organizationId, triggerId)
  if (!row) throw TriggerNotFound()
  return { ...triggerView(row), ...(include && { events: await eventsOf(needs, { organizationId, triggerId }) }) }
}

async function eventsOf(
  needs: Pick<Kernel, 'db'>,
  { organizationId, triggerId }: { organizationId: string; triggerId: string },
): Promise<TriggerDetail['events']> {
  const page = { limit: RECENT_EVENTS }
  const [rows, counted] = await Promise.all([
    listEventRows(needs.db, organizationId, { triggerId, status: undefined, page }),
    countEvents(needs.db, organizationId, triggerId),
  ])
  const none = Object.fromEntries(TriggerEventStatus.options.map((status) => [status, 0]))
  const counts = { ...none, ...Object.fromEntries(counted.map(({ status, count }) => [status, count])) }
  return TriggerDetail.shape.events.parse({ recent: rows.slice(0, RECENT_EVENTS).map(eventView), counts })
}

import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { PageQuery } from '#schema/contracts/common'
import type { Trigger, TriggerListItem } from '#schema/contracts/triggers'
import { TriggerNotFound } from './errors.ts'
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

/** One trigger. Throws `trigger.not_found`, also for another organization's. */
export async function findTrigger(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; triggerId: string },
): Promise<Trigger> {
  authorize(input.actor, 'read', 'trigger')
  const row = await findTriggerRow(needs.db, input.actor.organizationId, input.triggerId)
  if (!row) throw TriggerNotFound()
  return triggerView(row)
}

import { type Actor, authorize, can } from '#domain/identity'
import { earlier } from '#kernel/clock'
import { DAY_MS } from '#kernel/durations'
import { firstIdAt } from '#kernel/ids'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import { type Automation, type AutomationListItem, MAX_COUNTED_RUNS } from '#schema/contracts/automations'
import { viewAutomation, viewListedAutomation } from './automation.view.ts'
import { selectAutomation, selectAutomations } from './automations.store.ts'
import { AutomationNotFound } from './errors.ts'

type Needs = Pick<Kernel, 'db'>

/** One page of an organization's automations, newest first, with how each does. */
export async function listAutomations(
  needs: Needs & Pick<Kernel, 'clock'>,
  input: { actor: Actor; cursor?: string; limit: number },
): Promise<Page<AutomationListItem>> {
  const { actor, ...page } = input
  authorize(actor, 'read', 'automation')
  const mayReadRuns = can(actor, 'read', 'run')
  const rows = await selectAutomations(needs.db, {
    ...page,
    organizationId: actor.organizationId,
    limit: page.limit + 1,
    firstRunId: firstIdAt(earlier(needs.clock.now(), 7 * DAY_MS)),
    maxRuns: MAX_COUNTED_RUNS,
  })
  const withIds = rows.map((row) => ({ ...row, id: row.automation.id }))
  return pageOf(withIds, page.limit, (row) => viewListedAutomation(row, mayReadRuns))
}

/** One automation. Throws `automation.not_found`, the same for a missing one and for another organization's. */
export async function findAutomation(
  needs: Needs,
  input: { actor: Actor; automationId: string },
): Promise<Automation> {
  const { actor, automationId } = input
  authorize(actor, 'read', 'automation')
  const row = await selectAutomation(needs.db, { organizationId: actor.organizationId, automationId })
  if (!row) throw AutomationNotFound()
  return viewAutomation(row)
}

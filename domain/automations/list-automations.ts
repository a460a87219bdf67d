import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { Automation } from '#schema/contracts/automations'
import { viewAutomation } from './automation.view.ts'
import { selectAutomation, selectAutomations } from './automations.store.ts'
import { AutomationNotFound } from './errors.ts'

type Needs = Pick<Kernel, 'db'>

/** One page of an organization's automations, newest first. */
export async function listAutomations(
  needs: Needs,
  input: { actor: Actor; cursor?: string; limit: number },
): Promise<Page<Automation>> {
  const { actor, ...page } = input
  authorize(actor, 'read', 'automation')
  const { organizationId } = actor
  const rows = await selectAutomations(needs.db, { ...page, organizationId, limit: page.limit + 1 })
  return pageOf(rows.map((row) => ({ ...row, id: row.automation.id })), page.limit, viewAutomation)
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

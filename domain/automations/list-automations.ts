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
  input: { organizationId: string; cursor?: string; limit: number },
): Promise<Page<Automation>> {
  const rows = await selectAutomations(needs.db, { ...input, limit: input.limit + 1 })
  return pageOf(rows.map((row) => ({ ...row, id: row.automation.id })), input.limit, viewAutomation)
}

/** One automation. Throws `automation.not_found`, the same for a missing one and for another organization's. */
export async function findAutomation(
  needs: Needs,
  input: { organizationId: string; automationId: string },
): Promise<Automation> {
  const row = await selectAutomation(needs.db, input)
  if (!row) throw AutomationNotFound()
  return viewAutomation(row)
}

import type { Automation, AutomationListItem } from '#schema/contracts/automations'
import { RunStatus } from '#schema/contracts/runs'
import type { ListedAutomation, ShownAutomation } from './automations.store.ts'

/** An automation as the API shows it. */
export function viewAutomation({ automation, triggerCount }: ShownAutomation): Automation {
  const { id, name, description, enabled, agentInstructions, modelId, defaultConfigurationId } = automation
  return {
    id,
    name,
    description,
    enabled,
    agentInstructions,
    modelId,
    defaultConfigurationId,
    triggerCount,
    createdBy: automation.createdBy,
    createdAt: automation.createdAt.toISOString(),
    updatedAt: automation.updatedAt.toISOString(),
  }
}

/** An automation in a list; its runs only for who may read them. */
export function viewListedAutomation(row: ListedAutomation, mayReadRuns: boolean): AutomationListItem {
  const shown = viewAutomation(row)
  if (!mayReadRuns) return { ...shown, lastRun: null, runsLast7Days: null }
  const lastRun = row.lastRun && {
    id: row.lastRun.id,
    status: RunStatus.parse(row.lastRun.status),
    at: row.lastRun.at.toISOString(),
  }
  return { ...shown, lastRun, runsLast7Days: row.recentRuns }
}

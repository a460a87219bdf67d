import type { Automation } from '#schema/contracts/automations'
import type { ShownAutomation } from './automations.store.ts'

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

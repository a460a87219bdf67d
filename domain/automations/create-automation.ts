import { type Actor, type AuditNeeds, authorize, recordAudit, userIdOf } from '#domain/identity'
import { ConfigurationNotFound, configurationExists } from '#domain/repositories'
import { storableJson } from '#kernel/json'
import type { Automation, CreateAutomation } from '#schema/contracts/automations'
import { insertAutomation } from './automations.store.ts'

/**
 * Creates an automation. Throws `auth.forbidden`, and the same "not found" for a missing configuration and for one of
 * another organization.
 */
export async function createAutomation(
  needs: AuditNeeds,
  input: { actor: Actor; automation: CreateAutomation },
): Promise<Automation> {
  const { actor } = input
  authorize(actor, 'create', 'automation')
  const { organizationId } = actor
  const configurationId = input.automation.defaultConfigurationId
  if (configurationId !== null && !(await configurationExists(needs, { organizationId, configurationId }))) {
    throw ConfigurationNotFound()
  }
  const automation = storableJson(input.automation)
  const now = needs.clock.now()
  const id = needs.ids.next()
  await insertAutomation(needs.db, {
    ...automation,
    id,
    organizationId,
    createdBy: userIdOf(actor),
    createdAt: now,
    updatedAt: now,
  })
  const subject = { kind: 'automation', id, label: automation.name }
  await recordAudit(needs, { actor, verb: 'create', subject, after: automation })
  const createdBy = userIdOf(actor)
  return { ...automation, id, triggerCount: 0, createdBy, createdAt: now.toISOString(), updatedAt: now.toISOString() }
}

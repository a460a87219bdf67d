import { type Actor, type AuditNeeds, auditRowOf, authorize, userIdOf } from '#domain/identity'
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
  const createdBy = userIdOf(actor)
  const subject = { kind: 'automation', id, label: automation.name }
  await insertAutomation(needs.db, {
    automation: { ...automation, id, organizationId, createdBy, createdAt: now, updatedAt: now },
    audit: auditRowOf(needs, { actor, verb: 'create', subject, after: automation }),
  })
  return { ...automation, id, triggerCount: 0, createdBy, createdAt: now.toISOString(), updatedAt: now.toISOString() }
}

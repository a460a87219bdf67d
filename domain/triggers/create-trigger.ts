import { findAutomation } from '#domain/automations'
import { type Actor, type AuditNeeds, authorize, recordAudit, userIdOf } from '#domain/identity'
import { storableJson } from '#kernel/json'
import type { CreateTrigger, Trigger } from '#schema/contracts/triggers'
import { validConfig } from './trigger-config.ts'
import { triggerView } from './trigger.view.ts'
import { insertTrigger } from './triggers.store.ts'

/**
 * Adds a trigger to one of the organization's automations. Throws `automation.not_found`, `auth.forbidden`, and
 * `trigger.invalid` with one issue per field that its type refuses.
 */
export async function createTrigger(
  needs: AuditNeeds,
  input: { actor: Actor } & CreateTrigger,
): Promise<Trigger> {
  const { actor, ...trigger } = input
  authorize(actor, 'create', 'trigger')
  const { organizationId } = actor
  const config = storableJson(validConfig(trigger))
  await findAutomation(needs, { actor, automationId: trigger.automationId })
  const row = await insertTrigger(needs.db, {
    id: needs.ids.next(),
    organizationId,
    automationId: trigger.automationId,
    provider: trigger.provider,
    eventType: trigger.eventType,
    config,
    enabled: trigger.enabled,
    createdBy: userIdOf(actor),
    now: needs.clock.now(),
  })
  const { id, automationId, enabled } = row
  await recordAudit(needs, {
    actor,
    verb: 'create',
    subject: { kind: 'trigger', id, label: `${trigger.provider} ${trigger.eventType}` },
    after: { automationId, config, enabled },
  })
  return triggerView(row)
}

import { findAutomation } from '#domain/automations'
import { type Actor, authorize, userIdOf } from '#domain/identity'
import { type FieldIssue, findTriggerType } from '#domain/integrations'
import { storableJson } from '#kernel/json'
import type { Kernel } from '#kernel/needs'
import type { CreateTrigger, Trigger } from '#schema/contracts/triggers'
import { TriggerInvalid } from './errors.ts'
import { triggerView } from './trigger.view.ts'
import { insertTrigger } from './triggers.store.ts'

/**
 * Adds a trigger to one of the organization's automations. Throws `automation.not_found`, `auth.forbidden`, and
 * `trigger.invalid` with one issue per field that its type refuses.
 */
export async function createTrigger(
  needs: Pick<Kernel, 'db' | 'clock' | 'ids'>,
  input: { actor: Actor } & CreateTrigger,
): Promise<Trigger> {
  const { actor, ...trigger } = input
  authorize(actor, 'create', 'trigger')
  const { organizationId } = actor
  const config = storableJson(validConfig(trigger))
  await findAutomation(needs, { organizationId, automationId: trigger.automationId })
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
  return triggerView(row)
}

function validConfig({ provider, eventType, config }: CreateTrigger): Record<string, unknown> {
  const type = findTriggerType(provider, eventType)
  if (!type) throw invalid([{ path: 'eventType', message: `${provider} has no trigger ${eventType}` }])
  const configured = type.configure(config)
  if (configured.ok) return configured.config
  const pathOf = (path: string) => (path === '' ? 'config' : `config.${path}`)
  throw invalid(configured.issues.map(({ path, message }) => ({ path: pathOf(path), message })))
}

const invalid = (issues: FieldIssue[]) =>
  TriggerInvalid({ detail: issues.map(({ path, message }) => `${path}: ${message}`).join('; '), meta: { issues } })

import { findAutomation } from '#domain/automations'
import { type Actor, type AuditNeeds, auditRowOf, authorize, userIdOf } from '#domain/identity'
import type { Vault } from '#kernel/ports'
import type { CreatedTrigger, CreateTrigger } from '#schema/contracts/triggers'
import { secretContext } from './endpoints/endpoint.view.ts'
import type { SecretSource } from './ports.ts'
import { planTrigger } from './trigger-plan.ts'
import { triggerView } from './trigger.view.ts'
import { findTriggerRow, insertTrigger, type TriggerWithParts } from './triggers.store.ts'

export type TriggerNeeds = AuditNeeds & { vault: Vault; secrets: SecretSource }

/**
 * Adds a trigger to one of the organization's automations; one that the provider reaches at an address of its own gets
 * that with a secret, which is told this once. Throws `automation.not_found`, `auth.forbidden`, `trigger.invalid` with
 * one issue per field, `integration.not_found` and `integration.not_active`.
 */
export async function createTrigger(
  needs: TriggerNeeds,
  input: { actor: Actor; scheduleName?: string | null } & CreateTrigger,
): Promise<CreatedTrigger> {
  const { actor, provider, eventType, automationId, enabled } = input
  authorize(actor, 'create', 'trigger')
  const { organizationId } = actor
  await findAutomation(needs, { actor, automationId })
  const { endpoint, schedule, ...plan } = await planTrigger(needs, { organizationId, wanted: input })
  const secret = endpoint && needs.secrets.next()
  const id = needs.ids.next()
  const subject = { kind: 'trigger', id, label: `${provider} ${eventType}` }
  const after = { automationId, ...plan, enabled }
  await insertTrigger(needs.db, {
    trigger: { ...plan, id, organizationId, automationId, provider, eventType, enabled, createdBy: userIdOf(actor) },
    endpoint: endpoint && {
      ...endpoint,
      id: needs.ids.next(),
      sealedSecret: await needs.vault.seal(secret ?? '', secretContext({ organizationId, provider })),
    },
    schedule: schedule && { ...schedule, id: needs.ids.next(), name: input.scheduleName ?? null },
    now: needs.clock.now(),
    audit: auditRowOf(needs, { actor, verb: 'create', subject, after }),
  })
  const made = (await findTriggerRow(needs.db, organizationId, id)) as TriggerWithParts
  return { ...triggerView(made), webhookSecret: secret }
}

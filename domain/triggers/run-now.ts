import { findAutomation, kickOutbox, type OutboxNeeds } from '#domain/automations'
import { type Actor, type AuditNeeds, auditRowOf, authorize, userIdOf } from '#domain/identity'
import { storableJson } from '#kernel/json'
import { traceIdOf } from '#kernel/trace'
import type { RunAutomation, StartedRun } from '#schema/contracts/triggers'
import { AutomationSwitchedOff } from './errors.ts'
import { handOff, type HandOffNeeds } from './hand-off.ts'
import { configureTrigger, matchEvents } from './match-events.ts'
import { saveManualTrigger } from './triggers.store.ts'

type Needs = HandOffNeeds & OutboxNeeds & AuditNeeds

/**
 * Runs an automation because a person says so. Each call starts one run; an `Idempotency-Key` makes a repeat the same
 * one. Throws `automation.not_found`, `automation.switched_off`, and `auth.forbidden`.
 */
export async function runNow(
  needs: Needs,
  input: { actor: Actor; automationId: string; request: RunAutomation },
): Promise<StartedRun> {
  const { actor, automationId, request } = input
  const { organizationId } = actor
  const automation = await findAutomation(needs, { actor, automationId })
  authorize(actor, 'run', 'automation')
  if (!automation.enabled) throw AutomationSwitchedOff()
  const now = needs.clock.now()
  const userId = userIdOf(actor)
  const triggerId = await saveManualTrigger(needs.db, { id: needs.ids.next(), organizationId, automationId, userId, now })
  const eventKey = needs.ids.next()
  const event = storableJson({
    provider: 'manual',
    eventType: 'run_requested',
    providerEventType: 'manual_trigger',
    occurredAt: now.toISOString(),
    dedupKey: `manual:${eventKey}`,
    title: request.title ?? `${automation.name}: run by hand`,
    url: null,
    context: { manual: { requestedBy: userId, input: request.input } },
  })
  const trigger = {
    id: triggerId,
    organizationId,
    provider: 'manual',
    eventType: 'run_requested',
    config: {},
    filter: null,
    integrationId: null,
    automationId,
    automationName: automation.name,
    automationEnabled: true,
  }
  const verdicts = matchEvents([event], [configureTrigger(trigger)])
  const traceId = needs.origin?.traceId ?? traceIdOf(eventKey)
  const subject = { kind: 'automation', id: automationId, label: automation.name }
  const audit = auditRowOf(needs, { actor, verb: 'run', subject })
  const { byVerdict } = await handOff(needs, { wanted: [{ key: eventKey, inboxId: null, traceId, verdicts }], audit })
  const [handedOff] = byVerdict.values()
  if (!handedOff?.runId) throw AutomationSwitchedOff()
  await kickOutbox(needs, { ids: handedOff.outboxId === null ? [] : [handedOff.outboxId] })
  return { runId: handedOff.runId, triggerEventId: handedOff.eventId }
}

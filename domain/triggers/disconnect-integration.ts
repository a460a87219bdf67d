import { type Actor, type AuditNeeds, authorize, recordAudit } from '#domain/identity'
import { findIntegration } from '#domain/integrations'
import { disconnect } from './triggers.store.ts'

/**
 * Takes a connection away: its credential is forgotten, and the triggers that listen to it alone are switched off, in
 * one statement, so that none of them listens to another connection instead. Throws `integration.not_found` and
 * `auth.forbidden`.
 */
export async function disconnectIntegration(
  needs: AuditNeeds,
  input: { actor: Actor; integrationId: string },
): Promise<{ id: string }> {
  const { actor, integrationId } = input
  const before = await findIntegration(needs, input)
  authorize(actor, 'delete', 'integration')
  const { organizationId } = actor
  const switchedOff = await disconnect(needs.db, { organizationId, integrationId, now: needs.clock.now() })
  const subject = { kind: 'integration', id: integrationId, label: before.displayName ?? before.integrationId }
  await recordAudit(needs, { actor, verb: 'delete', subject, before, after: { triggersSwitchedOff: switchedOff } })
  return { id: integrationId }
}

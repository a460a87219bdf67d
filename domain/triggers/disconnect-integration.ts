import { type Actor, type AuditNeeds, auditRowOf, authorize } from '#domain/identity'
import { findIntegration, IntegrationNotFound } from '#domain/integrations'
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
  const subject = { kind: 'integration', id: integrationId, label: before.displayName ?? before.integrationId }
  const audit = auditRowOf(needs, { actor, verb: 'delete', subject, before })
  const now = needs.clock.now()
  if (!(await disconnect(needs.db, { organizationId, integrationId, now, audit }))) throw IntegrationNotFound()
  return { id: integrationId }
}

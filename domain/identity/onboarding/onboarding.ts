import type { Kernel } from '#kernel/needs'
import type { Onboarding, UpdateOnboarding } from '#schema/contracts/identity'
import type { UserActor } from '../actor.ts'
import { type AuditNeeds, auditRowOf } from '../audit/audit-row.ts'
import { OrganizationNotFound } from '../errors.ts'
import { authorize } from '../policies.ts'
import { completeOnboarding, findOnboarding, mergeOnboarding } from './onboarding.store.ts'

/** How far the actor's organization has come with its first steps. */
export async function showOnboarding(
  needs: Pick<Kernel, 'db'>,
  { actor }: { actor: UserActor },
): Promise<Onboarding> {
  const { organizationId, userId } = actor
  authorize(actor, 'read', 'organization')
  const row = await findOnboarding(needs.db, organizationId, userId)
  if (!row) throw OrganizationNotFound()
  const { complete, hasRepository, meta } = row
  return { organizationId, complete, hasRepository, ...meta }
}

/** Notes path, steps and answers; what is left out stays, so that the steps can be resumed anywhere. */
export async function noteOnboarding(
  needs: AuditNeeds,
  input: { actor: UserActor; change: UpdateOnboarding },
): Promise<Onboarding> {
  const { actor, change } = input
  authorize(actor, 'update', 'organization')
  const subject = { kind: 'organization', id: actor.organizationId, label: null }
  const audit = auditRowOf(needs, { actor, verb: 'update', subject, after: { onboarding: change } })
  await mergeOnboarding(needs.db, actor.organizationId, { change, audit })
  return showOnboarding(needs, { actor })
}

/** Ends the first steps of this organization. */
export async function finishOnboarding(
  needs: AuditNeeds,
  { actor }: { actor: UserActor },
): Promise<Onboarding> {
  authorize(actor, 'update', 'organization')
  const subject = { kind: 'organization', id: actor.organizationId, label: null }
  const audit = auditRowOf(needs, { actor, verb: 'complete_onboarding', subject })
  await completeOnboarding(needs.db, actor.organizationId, audit)
  return showOnboarding(needs, { actor })
}

import type { Kernel } from '#kernel/needs'
import type { Onboarding, UpdateOnboarding } from '#schema/contracts/identity'
import type { UserActor } from '../actor.ts'
import { recordAudit } from '../audit/record-audit.ts'
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
  needs: Pick<Kernel, 'db'>,
  input: { actor: UserActor; change: UpdateOnboarding },
): Promise<Onboarding> {
  const { actor, change } = input
  authorize(actor, 'update', 'organization')
  await mergeOnboarding(needs.db, actor.organizationId, change)
  return showOnboarding(needs, { actor })
}

/** Ends the first steps of this organization. */
export async function finishOnboarding(
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'>,
  { actor }: { actor: UserActor },
): Promise<Onboarding> {
  authorize(actor, 'update', 'organization')
  await completeOnboarding(needs.db, actor.organizationId)
  const subject = { kind: 'organization', id: actor.organizationId, label: null }
  await recordAudit(needs, { actor, verb: 'complete_onboarding', subject })
  return showOnboarding(needs, { actor })
}

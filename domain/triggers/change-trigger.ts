import { type Actor, type AuditNeeds, authorize, recordAudit } from '#domain/identity'
import { describeError, ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import type { Digest } from '#kernel/ports'
import type { Trigger, UpdateTrigger } from '#schema/contracts/triggers'
import { sealedEndpoint } from './endpoints/endpoint.view.ts'
import { findEndpointAcrossOrganizations } from './endpoints/endpoints.store.ts'
import { TriggerInUse, TriggerNotFound } from './errors.ts'
import type { EndpointCopies } from './ports.ts'
import { planTrigger } from './trigger-plan.ts'
import { triggerView } from './trigger.view.ts'
import { deleteTriggerRow, findTriggerRow, type TriggerWithParts, updateTriggerRow } from './triggers.store.ts'

type Needs = AuditNeeds & { digest: Digest }

interface Edit {
  actor: Actor
  triggerId: string
  /** The If-Match header; null when the editor does not mind what others did meanwhile. */
  ifMatch: string | null
}

/**
 * Switches a trigger on or off, or configures it anew: members their own, admins everybody's. Throws
 * `trigger.not_found`, `auth.forbidden`, `resource.changed`, `trigger.invalid` with one issue per field,
 * `integration.not_found` and `integration.not_active`.
 */
export async function updateTrigger(
  needs: Needs & { endpointCopies: EndpointCopies },
  input: Edit & { change: UpdateTrigger },
): Promise<Trigger> {
  const { actor, triggerId, ifMatch, change } = input
  const { organizationId } = actor
  const known = await findEditable(needs, input, 'update')
  const before = triggerView(known)
  const wanted = { ...before, ...change }
  const { triggerType: _same, endpoint, schedule, ...plan } = await planTrigger(needs, { organizationId, wanted })
  const written = await updateTriggerRow(needs.db, {
    organizationId,
    triggerId,
    change: { ...plan, eventType: wanted.eventType, enabled: wanted.enabled },
    endpoint: known.endpoint && endpoint,
    schedule,
    unchangedSince: ifMatch === null ? null : known.trigger.updatedAt,
    now: needs.clock.now(),
  })
  const now = await findTriggerRow(needs.db, organizationId, triggerId)
  if (!now) throw TriggerNotFound()
  if (!written) throw ResourceChanged()
  const after = triggerView(now)
  const subject = { kind: 'trigger', id: triggerId, label: `${after.provider} ${after.eventType}` }
  await recordAudit(needs, { actor, verb: 'update', subject, ...touched(change, before, after) })
  await replaceCopy(needs, known, after)
  return after
}

/** Of both, what the edit was about. */
function touched(change: UpdateTrigger, before: Trigger, after: Trigger) {
  const names = Object.keys(change) as (keyof UpdateTrigger)[]
  const of = (trigger: Trigger) => Object.fromEntries(names.map((name) => [name, trigger[name]]))
  return { before: of(before), after: of(after) }
}

/** Copies at the edge say whether unsigned deliveries are taken; an older one dies within the hour by itself. */
async function replaceCopy(
  needs: Needs & { endpointCopies: EndpointCopies },
  { endpoint }: TriggerWithParts,
  after: Trigger,
): Promise<void> {
  if (endpoint === null || endpoint.signatureRequired === after.webhook?.signatureRequired) return
  try {
    const row = await findEndpointAcrossOrganizations(needs.db, endpoint.id)
    if (row) await needs.endpointCopies.put(sealedEndpoint(row))
  } catch (error) {
    needs.log.warn('webhook.copy_stale', { endpointId: endpoint.id, error: describeError(error) })
  }
}

/** Without its copy the edge says at once that its address is gone; an older one dies within the hour by itself. */
async function dropCopy(
  needs: Needs & { endpointCopies: EndpointCopies },
  { endpoint }: TriggerWithParts,
): Promise<void> {
  if (endpoint === null) return
  try {
    await needs.endpointCopies.delete(endpoint.id)
  } catch (error) {
    needs.log.warn('webhook.copy_stale', { endpointId: endpoint.id, error: describeError(error) })
  }
}

/**
 * Deletes a trigger with its events. Throws `trigger.not_found`, `auth.forbidden`, `resource.changed`, and
 * `trigger.in_use` while a run that it started has not ended.
 */
export async function deleteTrigger(
  needs: Needs & { endpointCopies: EndpointCopies },
  input: Edit,
): Promise<{ id: string }> {
  const { actor, triggerId, ifMatch } = input
  const known = await findEditable(needs, input, 'delete')
  const unchangedSince = ifMatch === null ? null : known.trigger.updatedAt
  const edit = { organizationId: actor.organizationId, triggerId, unchangedSince }
  switch (await deleteTriggerRow(needs.db, edit)) {
    case 'deleted': {
      const before = triggerView(known)
      const subject = { kind: 'trigger', id: triggerId, label: `${before.provider} ${before.eventType}` }
      await recordAudit(needs, { actor, verb: 'delete', subject, before })
      await dropCopy(needs, known)
      return { id: triggerId }
    }
    case 'in_use':
      throw TriggerInUse()
    case 'changed':
      throw ResourceChanged()
    case 'missing':
      throw TriggerNotFound()
  }
}

async function findEditable(needs: Needs, edit: Edit, verb: 'update' | 'delete'): Promise<TriggerWithParts> {
  const { actor, triggerId, ifMatch } = edit
  authorize(actor, 'read', 'trigger')
  const row = await findTriggerRow(needs.db, actor.organizationId, triggerId)
  if (!row) throw TriggerNotFound()
  authorize(actor, verb, { type: 'trigger', createdBy: row.trigger.createdBy })
  await requireUnchanged(needs, { view: triggerView(row), ifMatch })
  return row
}

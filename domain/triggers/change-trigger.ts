import { type Actor, type AuditNeeds, auditRowOf, authorize } from '#domain/identity'
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
  /** Stands in for the header, of an editor that compared something else. */
  unchangedSince?: Date | null
}

/** The name of its schedule, as it was and as it shall be. */
interface Renamed {
  from: string | null
  to: string | null
}

/**
 * Switches a trigger on or off, or configures it anew, `renamed` with another name for its schedule: members their own,
 * admins everybody's. Throws `trigger.not_found`, `auth.forbidden`, `resource.changed`, `trigger.invalid` with one issue
 * per field, `integration.not_found` and `integration.not_active`.
 */
export async function updateTrigger(
  needs: Needs & { endpointCopies: EndpointCopies },
  input: Edit & { change: UpdateTrigger; renamed?: Renamed | undefined },
): Promise<Trigger> {
  const { actor, triggerId, change, renamed } = input
  const { organizationId } = actor
  const known = await findEditable(needs, input, 'update')
  const before = triggerView(known)
  const wanted = { ...before, ...change }
  const { triggerType: _same, endpoint, schedule, ...plan } = await planTrigger(needs, { organizationId, wanted })
  const edit = { ...plan, eventType: wanted.eventType, enabled: wanted.enabled }
  const subject = { kind: 'trigger', id: triggerId, label: `${before.provider} ${edit.eventType}` }
  const written = await updateTriggerRow(needs.db, {
    organizationId,
    triggerId,
    change: edit,
    endpoint: known.endpoint && endpoint,
    schedule: schedule && { ...schedule, name: renamed?.to },
    unchangedSince: unchangedSinceOf(input, known),
    now: needs.clock.now(),
    audit: auditRowOf(needs, { actor, verb: 'update', subject, ...touched(input, before, { ...before, ...edit }) }),
  })
  const now = await findTriggerRow(needs.db, organizationId, triggerId)
  if (!now) throw TriggerNotFound()
  if (!written) throw ResourceChanged()
  const after = triggerView(now)
  await replaceCopy(needs, known, after)
  return after
}

/** Of both, what the edit was about. */
function touched(edit: { change: UpdateTrigger; renamed?: Renamed | undefined }, before: Trigger, after: Trigger) {
  const { change, renamed } = edit
  const names = Object.keys(change) as (keyof UpdateTrigger)[]
  const of = (trigger: Trigger) => Object.fromEntries(names.map((name) => [name, trigger[name]]))
  if (renamed === undefined) return { before: of(before), after: of(after) }
  return { before: { ...of(before), name: renamed.from }, after: { ...of(after), name: renamed.to } }
}

const unchangedSinceOf = ({ ifMatch, unchangedSince = null }: Edit, known: TriggerWithParts): Date | null =>
  ifMatch === null ? unchangedSince : known.trigger.updatedAt

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
  const { actor, triggerId } = input
  const known = await findEditable(needs, input, 'delete')
  const unchangedSince = unchangedSinceOf(input, known)
  const before = triggerView(known)
  const subject = { kind: 'trigger', id: triggerId, label: `${before.provider} ${before.eventType}` }
  const audit = auditRowOf(needs, { actor, verb: 'delete', subject, before })
  const edit = { organizationId: actor.organizationId, triggerId, unchangedSince, audit }
  switch (await deleteTriggerRow(needs.db, edit)) {
    case 'deleted':
      await dropCopy(needs, known)
      return { id: triggerId }
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

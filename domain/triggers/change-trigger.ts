import { type Actor, type AuditNeeds, authorize, recordAudit } from '#domain/identity'
import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import { storableJson } from '#kernel/json'
import type { Digest } from '#kernel/ports'
import type { Trigger, UpdateTrigger } from '#schema/contracts/triggers'
import { TriggerInUse, TriggerNotFound } from './errors.ts'
import { validConfig } from './trigger-config.ts'
import { triggerView } from './trigger.view.ts'
import { deleteTriggerRow, findTriggerRow, type TriggerRow, updateTriggerRow } from './triggers.store.ts'

type Needs = AuditNeeds & { digest: Digest }

interface Edit {
  actor: Actor
  triggerId: string
  /** The If-Match header; null when the editor does not mind what others did meanwhile. */
  ifMatch: string | null
}

/**
 * Switches a trigger on or off, or configures it anew: members their own, admins everybody's. Throws
 * `trigger.not_found`, `auth.forbidden`, `resource.changed`, and `trigger.invalid` with one issue per field.
 */
export async function updateTrigger(needs: Needs, input: Edit & { change: UpdateTrigger }): Promise<Trigger> {
  const { actor, triggerId, ifMatch } = input
  const known = await findEditable(needs, input, 'update')
  const { provider, eventType } = triggerView(known)
  const { config, enabled } = input.change
  const written = await updateTriggerRow(needs.db, {
    organizationId: actor.organizationId,
    triggerId,
    change: {
      ...(config === undefined ? {} : { config: storableJson(validConfig({ provider, eventType, config })) }),
      ...(enabled === undefined ? {} : { enabled }),
    },
    unchangedSince: ifMatch === null ? null : known.updatedAt,
    now: needs.clock.now(),
  })
  if (!written) {
    throw (await findTriggerRow(needs.db, actor.organizationId, triggerId)) ? ResourceChanged() : TriggerNotFound()
  }
  const stateOf = (row: TriggerRow) => ({
    ...(config === undefined ? {} : { config: row.config }),
    ...(enabled === undefined ? {} : { enabled: row.enabled }),
  })
  const subject = subjectOf(known)
  await recordAudit(needs, { actor, verb: 'update', subject, before: stateOf(known), after: stateOf(written) })
  return triggerView(written)
}

/**
 * Deletes a trigger with its events. Throws `trigger.not_found`, `auth.forbidden`, `resource.changed`, and
 * `trigger.in_use` while a run that it started has not ended.
 */
export async function deleteTrigger(needs: Needs, input: Edit): Promise<{ id: string }> {
  const { actor, triggerId, ifMatch } = input
  const known = await findEditable(needs, input, 'delete')
  const unchangedSince = ifMatch === null ? null : known.updatedAt
  const edit = { organizationId: actor.organizationId, triggerId, unchangedSince }
  switch (await deleteTriggerRow(needs.db, edit)) {
    case 'deleted': {
      const { automationId, config, enabled } = known
      await recordAudit(needs, {
        actor,
        verb: 'delete',
        subject: subjectOf(known),
        before: { automationId, config, enabled },
      })
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

const subjectOf = ({ id, provider, eventType }: TriggerRow) => ({
  kind: 'trigger',
  id,
  label: `${provider} ${eventType}`,
})

async function findEditable(needs: Needs, edit: Edit, verb: 'update' | 'delete'): Promise<TriggerRow> {
  const { actor, triggerId, ifMatch } = edit
  authorize(actor, 'read', 'trigger')
  const row = await findTriggerRow(needs.db, actor.organizationId, triggerId)
  if (!row) throw TriggerNotFound()
  authorize(actor, verb, { type: 'trigger', createdBy: row.createdBy })
  await requireUnchanged(needs, { view: triggerView(row), ifMatch })
  return row
}

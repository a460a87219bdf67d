import { type Actor, type AuditNeeds, auditRowOf, authorize } from '#domain/identity'
import { ConfigurationNotFound, configurationExists } from '#domain/repositories'
import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import { storableJson } from '#kernel/json'
import type { Digest } from '#kernel/ports'
import type { Automation, UpdateAutomation } from '#schema/contracts/automations'
import { viewAutomation } from './automation.view.ts'
import {
  deleteAutomationRow,
  hasLiveRuns,
  selectAutomation,
  type ShownAutomation,
  updateAutomationRow,
} from './automations.store.ts'
import { AutomationInUse, AutomationNotFound } from './errors.ts'

type Needs = AuditNeeds & { digest: Digest }

interface Edit {
  actor: Actor
  automationId: string
  /** The If-Match header; null when the editor does not mind what others did meanwhile. */
  ifMatch: string | null
}

/**
 * Changes an automation: members their own, admins everybody's. Throws `automation.not_found`, `auth.forbidden`,
 * `resource.changed`, and `configuration.not_found` also for one of another organization.
 */
export async function updateAutomation(
  needs: Needs,
  input: Edit & { change: UpdateAutomation },
): Promise<Automation> {
  const { actor, automationId, ifMatch } = input
  const { organizationId } = actor
  const known = await findEditable(needs, input, 'update')
  const configurationId = input.change.defaultConfigurationId
  if (configurationId && !(await configurationExists(needs, { organizationId, configurationId }))) {
    throw ConfigurationNotFound()
  }
  const change = storableJson(input.change)
  const named = Object.keys(change) as (keyof UpdateAutomation)[]
  const before = Object.fromEntries(named.map((name) => [name, known.automation[name]]))
  const subject = { kind: 'automation', id: automationId, label: change.name ?? known.automation.name }
  const written = await updateAutomationRow(needs.db, {
    organizationId,
    automationId,
    change,
    unchangedSince: ifMatch === null ? null : known.automation.updatedAt,
    now: needs.clock.now(),
    audit: auditRowOf(needs, { actor, verb: 'update', subject, before, after: change }),
  })
  if (!written) throw await refusal(needs, input)
  return viewAutomation({ automation: written, triggerCount: known.triggerCount })
}

/**
 * Deletes an automation with its triggers, events and ended runs. Throws `automation.not_found`, `auth.forbidden`,
 * `resource.changed`, and `automation.in_use` while one of its runs has not ended.
 */
export async function deleteAutomation(needs: Needs, input: Edit): Promise<{ id: string }> {
  const { actor, automationId, ifMatch } = input
  const { organizationId } = actor
  const known = await findEditable(needs, input, 'delete')
  const unchangedSince = ifMatch === null ? null : known.automation.updatedAt
  const { name, description, enabled, agentInstructions, modelId, defaultConfigurationId } = known.automation
  const audit = auditRowOf(needs, {
    actor,
    verb: 'delete',
    subject: { kind: 'automation', id: automationId, label: name },
    before: { name, description, enabled, agentInstructions, modelId, defaultConfigurationId },
  })
  if (!(await deleteAutomationRow(needs.db, { organizationId, automationId, unchangedSince, audit }))) {
    if (await hasLiveRuns(needs.db, { organizationId, automationId })) throw AutomationInUse()
    throw await refusal(needs, input)
  }
  return { id: automationId }
}

async function findEditable(needs: Needs, edit: Edit, verb: 'update' | 'delete'): Promise<ShownAutomation> {
  const { actor, automationId, ifMatch } = edit
  authorize(actor, 'read', 'automation')
  const row = await selectAutomation(needs.db, { organizationId: actor.organizationId, automationId })
  if (!row) throw AutomationNotFound()
  authorize(actor, verb, { type: 'automation', createdBy: row.automation.createdBy })
  await requireUnchanged(needs, { view: viewAutomation(row), ifMatch })
  return row
}

/** Nothing was written: it has gone, or was changed meanwhile. */
async function refusal(needs: Needs, { actor, automationId }: Edit) {
  const row = await selectAutomation(needs.db, { organizationId: actor.organizationId, automationId })
  return row ? ResourceChanged() : AutomationNotFound()
}

import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import type { PollGroup } from '#schema/contracts/poll-groups'
import { TriggerProvider } from '#schema/contracts/triggers'
import { listPollGroupRows, type ShownPollGroup } from './poll-groups.store.ts'

/** How the polling of the organization's integrations goes. */
export async function listPollGroups(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor },
): Promise<{ items: PollGroup[] }> {
  authorize(input.actor, 'read', 'trigger')
  const rows = await listPollGroupRows(needs.db, input.actor.organizationId)
  return { items: rows.map(pollGroupView) }
}

const pollGroupView = ({ group, integrationName, triggerCount }: ShownPollGroup): PollGroup => ({
  id: group.id,
  provider: TriggerProvider.parse(group.provider),
  integrationId: group.integrationId,
  integrationName,
  intervalSeconds: group.intervalSeconds,
  triggerCount,
  lastPolledAt: group.lastPolledAt?.toISOString() ?? null,
  nextPollAt: group.nextPollAt.toISOString(),
  consecutiveFailures: group.consecutiveFailures,
  lastError: group.lastError,
})

import type { Kernel } from '#kernel/needs'
import { traceIdOf } from '#kernel/trace'
import type { PollQueue } from '../ports.ts'
import { listDueGroupsAcrossOrganizations } from './poll-groups.store.ts'

/** At most so many a tick (a2 §2.9); those that were due longest come first. */
const MAX_GROUPS_PER_TICK = 500

/**
 * Sends every poll group that is due to the queue. A message that gets lost costs a minute, since its group
 * stays due; one that comes twice costs nothing, since by then the group is not due any more. Throws when the database or the queue is away.
 */
export async function queueDuePolls(
  needs: Pick<Kernel, 'db' | 'clock' | 'ids'> & { pollQueue: PollQueue },
): Promise<{ due: number }> {
  const due = await listDueGroupsAcrossOrganizations(needs.db, {
    now: needs.clock.now(),
    limit: MAX_GROUPS_PER_TICK,
  })
  await needs.pollQueue.send(due.map((group) => ({ v: 1, ...group, traceId: traceIdOf(needs.ids.next()) })))
  return { due: due.length }
}

import { sql } from 'drizzle-orm'
import { queryRows } from '#kernel/database'
import type { PollMessage } from '#schema/contracts/messages'
import { listPollGroups } from '../../domain/triggers/polling/list-poll-groups.ts'
import { pollGroup, type PollReport } from '../../domain/triggers/polling/poll-group.ts'
import { queueDuePolls } from '../../domain/triggers/polling/queue-due-polls.ts'
import type { InboxMember, InboxWorld } from './inbox-world.ts'

/** Polling as the platform drives it, with what `needsOf` gives at the moment. */
export function pollingOf(needsOf: () => InboxWorld['needs']) {
  /** What a tick puts into the queue. */
  async function tick(): Promise<PollMessage[]> {
    const sent: PollMessage[] = []
    await queueDuePolls({ ...needsOf(), pollQueue: { send: async (messages) => void sent.push(...messages) } })
    return sent
  }

  /** A tick, and all that it put into the queue. */
  async function cycle(): Promise<PollReport[]> {
    const reports: PollReport[] = []
    for (const message of await tick()) reports.push(await pollGroup(needsOf(), message))
    return reports
  }

  const groups = async (member: InboxMember) => (await listPollGroups(needsOf(), { actor: member.actor })).items

  const runsIn = (organizationId: string) =>
    queryRows(needsOf().db, sql`select trigger_id from automation_runs where organization_id = ${organizationId}`)

  return { tick, cycle, groups, runsIn }
}

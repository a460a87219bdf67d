import { presentRoles } from '#domain/identity'
import { SECOND_MS } from '#kernel/durations'
import type { LiveSession } from './live-session.ts'

/**
 * How often it is asked who of the watchers is still a member. Nobody who was removed may watch for a minute (issue: a
 * removed member's open socket closes within 60 s), and the alarm, the question and the close take their time too.
 */
const RECHECK_MS = 45 * SECOND_MS

/** Called with each connection: from now on membership is looked at while anybody is there. */
export function watchMembership(session: LiveSession): void {
  if (!session.timers.isArmed('membership')) session.timers.arm('membership', RECHECK_MS)
}

/**
 * Closes the sockets of people who are no members any more, or have another role than the one they came with: they come
 * back with the new one. One statement for all of them. While the database is away the timer tries again by itself.
 */
export async function runMembership(session: LiveSession): Promise<void> {
  const { opening, clients } = session
  if (!opening || clients.count === 0) return
  const input = { organizationId: opening.organizationId, userIds: clients.userIds() }
  const roles = await presentRoles(session.platform, input)
  clients.closeWhere(({ userId, role }) => {
    const present = roles.get(userId)
    if (present === undefined) return 'You are no member of this organization any more'
    return present === role ? null : 'Your role has changed; connect again'
  })
  if (clients.count > 0) session.timers.arm('membership', RECHECK_MS)
}

import { livingKeys, presentRoles } from '#domain/identity'
import { SECOND_MS } from '#kernel/durations'
import type { Client } from './clients.ts'
import type { LiveSession } from './live-session.ts'

/**
 * How often it is asked who of the watchers is still a member. The promise is that a removed member's open socket closes
 * within 60 s, and the alarm, the question and the close take their time too.
 */
const RECHECK_MS = 45 * SECOND_MS

/** Called with each connection: from now on membership is looked at while anybody is there. */
export function watchMembership(session: LiveSession): void {
  if (!session.timers.isArmed('membership')) session.timers.arm('membership', RECHECK_MS)
}

/**
 * Closes the sockets of people who are no members any more, or have another role than the one they came with: they come
 * back with the new one; and those of programs whose key has ended. One statement for all people, and one for all keys.
 * While the database is away the timer tries again by itself.
 */
export async function runMembership(session: LiveSession): Promise<void> {
  const { opening, clients } = session
  if (!opening || clients.count === 0) return
  const { organizationId } = opening
  const [userIds, keyIds] = [clients.userIds(), clients.keyIds()]
  const roles = await presentRoles(session.platform, { organizationId, userIds })
  const living = await livingKeys(session.platform, { organizationId, keyIds })
  // Who came while it was asked, the Worker has verified just now.
  const asked = ({ userId, apiKey }: Client) => userIds.includes(userId) && (!apiKey || keyIds.includes(apiKey.id))
  clients.closeWhere((client) => {
    if (!asked(client)) return null
    const { userId, role, apiKey } = client
    const present = roles.get(userId)
    if (present === undefined) return 'You are no member of this organization any more'
    if (apiKey && !living.has(apiKey.id)) return 'The API key has ended'
    return present === role ? null : 'Your role has changed; connect again'
  })
  if (clients.count > 0) session.timers.arm('membership', RECHECK_MS)
}

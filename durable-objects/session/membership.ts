import { livingKeys, presentRoles, presentSuperAdmins } from '#domain/identity'
import { SECOND_MS } from '#kernel/durations'
import type { Client } from './clients.ts'
import type { LiveSession } from './live-session.ts'

/**
 * How often it is asked who of the watchers is still a member. The promise is that a removed member's open socket closes
 * within 60 s, and the alarm, the question and the close take their time too.
 */
const RECHECK_MS = 45 * SECOND_MS

const IMPERSONATION_OVER = 'The impersonation has ended'

/** Closes the sockets that a super admin opened in somebody else's name, who has stopped that. */
export function closeImpersonated(session: LiveSession, adminId: string): void {
  session.clients.closeWhere(({ impersonatedBy }) => (impersonatedBy === adminId ? IMPERSONATION_OVER : null))
}

/** Called with each connection: from now on membership is looked at while anybody is there. */
export function watchMembership(session: LiveSession): void {
  if (!session.timers.isArmed('membership')) session.timers.arm('membership', RECHECK_MS)
}

/**
 * Closes the sockets of people who are no members any more, or have another role than the one they came with: they come
 * back with the new one; those of programs whose key has ended; and those of super admins whose impersonation has run
 * out, or who are none any more. One statement for all people, one for all keys, and one for all admins. While the
 * database is away the timer tries again by itself.
 */
export async function runMembership(session: LiveSession): Promise<void> {
  const { opening, clients } = session
  if (!opening || clients.count === 0) return
  const { organizationId } = opening
  const [userIds, keyIds, adminIds] = [clients.userIds(), clients.keyIds(), clients.adminIds()]
  const roles = await presentRoles(session.platform, { organizationId, userIds })
  const living = await livingKeys(session.platform, { organizationId, keyIds })
  const admins = await presentSuperAdmins(session.platform, { userIds: adminIds })
  // Who came while it was asked, the Worker has verified just now.
  const asked = ({ userId, apiKey, impersonatedBy }: Client) =>
    userIds.includes(userId) &&
    (!apiKey || keyIds.includes(apiKey.id)) &&
    (impersonatedBy === null || adminIds.includes(impersonatedBy))
  const isOver = ({ impersonatedBy, impersonationEndsAt }: Client) =>
    impersonatedBy !== null && (!admins.has(impersonatedBy) || (impersonationEndsAt ?? Infinity) <= session.now())
  clients.closeWhere((client) => {
    if (!asked(client)) return null
    const { userId, role, apiKey } = client
    const present = roles.get(userId)
    if (present === undefined) return 'You are no member of this organization any more'
    if (apiKey && !living.has(apiKey.id)) return 'The API key has ended'
    if (isOver(client)) return IMPERSONATION_OVER
    return present === role ? null : 'Your role has changed; connect again'
  })
  if (clients.count > 0) session.timers.arm('membership', RECHECK_MS)
}

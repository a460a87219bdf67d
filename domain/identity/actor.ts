import type { Role } from '#schema/contracts/common'

/**
 * Who does something, inside one organization: a person with a role, or the product itself (queues, cron, sessions).
 */
export type Actor = UserActor | { kind: 'system'; organizationId: string }

export interface UserActor {
  kind: 'user'
  userId: string
  userName: string
  organizationId: string
  role: Role
}

/** What stands in `created_by`, and who is named as the author of a prompt: null for the product itself. */
export function userIdOf(actor: Actor): string | null {
  return actor.kind === 'user' ? actor.userId : null
}

import type { Role } from '#schema/contracts/common'
import type { ApiKeyScope } from '#schema/contracts/scopes'

/**
 * Who does something, inside one organization: a person with a role, or the product itself (queues, cron, sessions).
 */
export type Actor = UserActor | { kind: 'system'; organizationId: string }

export interface UserActor {
  kind: 'user'
  userId: string
  userName: string
  organizationId: string
  /** The person's present role in that organization, read anew for each request. */
  role: Role
  /** Set when a program acts for the person: it may do what the person may, as far as the scopes go. */
  apiKey?: { id: string; scopes: readonly ApiKeyScope[] } | null
  /** Id of the super admin who sees the product as this person. */
  impersonatedBy?: string | null
  /** A suspended member may do nothing. */
  suspended?: boolean
}

/** What stands in `created_by`, and who is named as the author of a prompt: null for the product itself. */
export function userIdOf(actor: Actor): string | null {
  return actor.kind === 'user' ? actor.userId : null
}

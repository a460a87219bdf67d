import type { Kernel } from '#kernel/needs'
import type { Role } from '#schema/contracts/common'
import type { UserActor } from './actor.ts'
import { NotAMember, Unauthenticated } from './errors.ts'
import { findBestMembership } from './identity.store.ts'
import { strongestRole } from './policies.ts'
import type { Credentials, SignIn, SignInReader } from './ports.ts'

export interface Caller {
  signIn: SignIn
  /** Null when the person belongs to no organization. */
  membership: { organization: { id: string; name: string; slug: string }; role: Role } | null
}

/**
 * Who sends a request, and in which organization: the one it names, else the one the sign-in stands on, else the
 * oldest. Membership is read anew each time. Two statements. Throws `auth.unauthenticated`, and
 * `organization.not_a_member` for a named organization that is not theirs or does not exist, which look the same.
 */
export async function identifyCaller(
  needs: Pick<Kernel, 'db'> & { identity: SignInReader },
  input: { credentials: Credentials; organizationId: string | null },
): Promise<Caller> {
  const signIn = await needs.identity.readSignIn(input.credentials)
  if (!signIn) throw Unauthenticated()
  const hints = { named: input.organizationId, active: signIn.activeOrganizationId }
  const row = await findBestMembership(needs.db, signIn.user.id, hints)
  const role = row ? strongestRole(row.role) : null
  if (input.organizationId !== null && (role === null || row?.id !== input.organizationId)) throw NotAMember()
  if (!row || role === null) return { signIn, membership: null }
  return { signIn, membership: { organization: { id: row.id, name: row.name, slug: row.slug }, role } }
}

/** The caller as an actor. Throws `organization.not_a_member` when the person belongs to no organization. */
export function actorOf(caller: Caller): UserActor {
  const { signIn, membership } = caller
  if (!membership) throw NotAMember({ detail: 'You belong to no organization yet' })
  return {
    kind: 'user',
    userId: signIn.user.id,
    userName: signIn.user.name,
    organizationId: membership.organization.id,
    role: membership.role,
  }
}

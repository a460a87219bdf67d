import { earlier } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import type { Role } from '#schema/contracts/common'
import type { Impersonation } from '#schema/contracts/identity'
import type { ApiKeyScope } from '#schema/contracts/scopes'
import type { UserActor } from './actor.ts'
import { findPersonInOrganization } from './admin/admin.store.ts'
import { openImpersonation } from './admin/impersonation.ts'
import { isSuperAdmin } from './admin/super-admin.ts'
import { NotAMember, Suspended, Unauthenticated } from './errors.ts'
import { findBestMembership, type MembershipRow } from './identity.store.ts'
import { findKeyHolderAcrossOrganizations } from './keys/api-keys.store.ts'
import { KEY_PREFIX } from './keys/new-key.ts'
import { openOrganization } from './open-organization.ts'
import { strongestRole } from './policies.ts'
import type { AccessNeeds, Credentials, SignedInPerson, SignIn, SignInReader } from './ports.ts'

export interface Caller {
  /** Whom the request acts for; somebody else's while a super admin impersonates them. */
  signIn: SignIn
  /** Who really sits there. */
  person: SignedInPerson
  /** Null when the person's role is none that we know. */
  membership: { organization: { id: string; name: string; slug: string }; role: Role } | null
  apiKey: { id: string; scopes: readonly ApiKeyScope[] } | null
  impersonation: Impersonation | null
}

export type IdentifyNeeds = Pick<Kernel, 'db' | 'clock'> & AccessNeeds & { identity: SignInReader; digest: Digest }

export interface IdentifyInput {
  credentials: Credentials
  /** The organization that the request names. */
  organizationId: string | null
  /** Value of the impersonation cookie; counts only beside a sign-in by cookie. */
  impersonation?: string | null
}

/** At most this often it is noted that a key was used. */
const USE_NOTED_EVERY_MS = MINUTE_MS

/**
 * Who sends a request, and in which organization: the one it names, else the one the sign-in stands on, else the
 * oldest; a person without any gets one of their own. A key acts in its own organization only. Membership is read anew
 * each time. Two statements, with a key one.
 * Throws `auth.unauthenticated`, `auth.suspended`, and `organization.not_a_member` for a named organization that is not theirs or does
 * not exist, which look the same.
 */
export async function identifyCaller(needs: IdentifyNeeds, input: IdentifyInput): Promise<Caller> {
  const key = keyOf(input.credentials)
  if (key !== null) return identifyKey(needs, key, input.organizationId)
  const signIn = await needs.identity.readSignIn(input.credentials)
  if (!signIn) throw Unauthenticated()
  const impersonated = await impersonatedBy(needs, signIn, input)
  if (impersonated) return inNamedOrganization(impersonated, input.organizationId)
  const hints = { named: input.organizationId, active: signIn.activeOrganizationId }
  const row = (await findBestMembership(needs.db, signIn.user.id, hints)) ?? (await openOwn(needs, signIn, hints))
  if (row?.suspended) throw Suspended()
  const role = row ? strongestRole(row.role) : null
  const membership = row && role !== null ? { organization: { id: row.id, name: row.name, slug: row.slug }, role } : null
  const caller = { signIn, person: signIn.user, membership, apiKey: null, impersonation: null }
  return inNamedOrganization(caller, input.organizationId)
}

/** Who was removed from their last organization gets their own workspace again; a request that names one is refused. */
async function openOwn(
  needs: Pick<Kernel, 'db'>,
  { user }: SignIn,
  hints: { named: string | null; active: string | null },
): Promise<MembershipRow | undefined> {
  if (hints.named !== null) return undefined
  await openOrganization(needs, { userId: user.id, nameOf: ({ name }) => `${name}'s Workspace` })
  return findBestMembership(needs.db, user.id, hints)
}

function inNamedOrganization(caller: Caller, organizationId: string | null): Caller {
  if (organizationId !== null && caller.membership?.organization.id !== organizationId) throw NotAMember()
  return caller
}

function keyOf({ authorization }: Credentials): string | null {
  const [scheme, token] = authorization?.split(' ') ?? []
  return scheme?.toLowerCase() === 'bearer' && token?.startsWith(KEY_PREFIX) ? token : null
}

async function identifyKey(needs: IdentifyNeeds, key: string, organizationId: string | null): Promise<Caller> {
  const now = needs.clock.now()
  const holder = await findKeyHolderAcrossOrganizations(needs.db, {
    keyHash: await needs.digest.sha256(key),
    now,
    usedBefore: earlier(now, USE_NOTED_EVERY_MS),
  })
  const role = holder ? strongestRole(holder.role) : null
  if (!holder || role === null) throw Unauthenticated()
  if (holder.suspended) throw Suspended()
  const person = {
    id: holder.userId,
    name: holder.userName,
    email: holder.email,
    emailVerified: holder.emailVerified,
    image: holder.image,
  }
  const organization = { id: holder.organizationId, name: holder.organizationName, slug: holder.organizationSlug }
  const caller: Caller = {
    signIn: { id: null, user: person, activeOrganizationId: organization.id, cookies: [] },
    person,
    membership: { organization, role },
    apiKey: { id: holder.keyId, scopes: holder.scopes },
    impersonation: null,
  }
  return inNamedOrganization(caller, organizationId)
}

/**
 * The person whom a super admin sees the product as. The cookie alone is worth nothing: who sends it must be the admin
 * it was made for, and be one at this moment.
 */
async function impersonatedBy(needs: IdentifyNeeds, signIn: SignIn, input: IdentifyInput): Promise<Caller | null> {
  const isByCookie = input.credentials.authorization === null
  if (!isByCookie || !input.impersonation || !isSuperAdmin(needs.access, signIn.user)) return null
  const claims = await openImpersonation(needs, input.impersonation, needs.clock.now())
  if (!claims || claims.adminId !== signIn.user.id) return null
  const seen = await findPersonInOrganization(needs.db, claims.organizationId, claims.userId)
  const role = seen ? strongestRole(seen.role) : null
  if (!seen || role === null) return null
  const { userId, name, email, emailVerified, image } = seen
  const organization = { id: seen.organizationId, name: seen.organizationName, slug: seen.organizationSlug }
  const expiresAt = new Date(claims.expiresAt).toISOString()
  return {
    // Without the id of the sign-in: what the admin does must not move where their own sign-in stands.
    signIn: { ...signIn, id: null, user: { id: userId, name, email, emailVerified, image } },
    person: signIn.user,
    membership: { organization, role },
    apiKey: null,
    impersonation: { adminId: signIn.user.id, adminName: signIn.user.name, expiresAt },
  }
}

/** The caller as an actor. Throws `organization.not_a_member` when the person belongs to no organization. */
export function actorOf(caller: Caller): UserActor {
  const { signIn, membership, apiKey, impersonation } = caller
  if (!membership) throw NotAMember({ detail: 'You belong to no organization yet' })
  return {
    kind: 'user',
    userId: signIn.user.id,
    userName: signIn.user.name,
    organizationId: membership.organization.id,
    role: membership.role,
    apiKey,
    impersonatedBy: impersonation?.adminId ?? null,
  }
}

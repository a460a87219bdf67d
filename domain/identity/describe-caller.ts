import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import type { Me, Profile, UpdateProfile } from '#schema/contracts/identity'
import { isSuperAdmin } from './admin/super-admin.ts'
import { type AuditNeeds, auditRowOf } from './audit/audit-row.ts'
import { changedState } from './audit/changed-state.ts'
import { NotForKeys, NotWhileImpersonating } from './errors.ts'
import { updatePerson } from './identity.store.ts'
import { findOnboarding } from './onboarding/onboarding.store.ts'
import { listOwnOrganizations } from './organizations/own-organizations.ts'
import type { AccessNeeds, SignedInPerson } from './ports.ts'
import { verbsOf } from './policies.ts'
import { actorOf, type Caller } from './resolve-actor.ts'

/** What the dashboard asks first: who the caller is, where, and what else they could be looking at. */
export async function describeCaller(
  needs: Pick<Kernel, 'db'> & AccessNeeds,
  { caller }: { caller: Caller },
): Promise<Me> {
  const { signIn, membership, impersonation } = caller
  const organization = membership?.organization ?? null
  const [all, onboarding] = await Promise.all([
    listOwnOrganizations(needs, signIn.user.id),
    organization ? findOnboarding(needs.db, organization.id, signIn.user.id) : undefined,
  ])
  return {
    user: profileOf(signIn.user),
    organization,
    role: membership?.role ?? null,
    verbs: membership ? verbsOf(actorOf(caller)) : [],
    organizations: all.map(({ id, name, slug, logo, role, isPersonal }) => ({ id, name, slug, logo, role, isPersonal })),
    superAdmin: caller.apiKey === null && isSuperAdmin(needs.access, caller.person),
    impersonation,
    onboarding: onboarding ? { complete: onboarding.complete, path: onboarding.meta.path } : null,
  }
}

const profileOf = ({ id, name, email, emailVerified, image }: SignedInPerson): Profile => ({
  id,
  name,
  email,
  emailVerified,
  image,
})

/** What only the person may do who sits there: no program, and nobody in their name. */
export function requirePerson(caller: Caller): void {
  if (caller.apiKey) throw NotForKeys()
  if (caller.impersonation) throw NotWhileImpersonating()
}

/** What everybody else sees of the caller, and only the caller changes. */
export function showProfile({ caller }: { caller: Caller }): Profile {
  return profileOf(caller.signIn.user)
}

/** Changes one's own name or picture. `ifMatch` is the If-Match header, or null. Throws `resource.changed`. */
export async function updateProfile(
  needs: AuditNeeds & { digest: Digest },
  input: { caller: Caller; ifMatch: string | null; change: UpdateProfile },
): Promise<Profile> {
  const { caller, ifMatch, change } = input
  requirePerson(caller)
  const { user } = caller.signIn
  await requireUnchanged(needs, { view: profileOf(user), ifMatch })
  const organizationId = caller.membership?.organization.id ?? null
  const before = { name: user.name, image: user.image }
  const audit = auditRowOf(needs, {
    actor: { kind: 'user', id: user.id, name: user.name, organizationId },
    verb: 'update',
    subject: { kind: 'user', id: user.id, label: user.email },
    before,
    after: changedState(before, change),
  })
  const unchanged = ifMatch === null ? null : before
  const written = await updatePerson(needs.db, user.id, { change, unchanged, audit })
  if (!written) throw ResourceChanged()
  return profileOf({ ...user, ...written })
}

import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import type { Organization } from '#schema/contracts/identity'
import { authorize } from '../policies.ts'
import type { UserActor } from '../actor.ts'
import { type AuditNeeds, auditRowOf } from '../audit/audit-row.ts'
import { changedState } from '../audit/changed-state.ts'
import {
  LastOrganization,
  MemberNotFound,
  NameNotConfirmed,
  OrganizationNotFound,
  SlugTaken,
  TooManyOrganizations,
} from '../errors.ts'
import { transferOwnership } from '../members/members.store.ts'
import { slugOf } from '../open-organization.ts'
import { strongestRole } from '../policies.ts'
import type { LiveSessions, SignedInPerson } from '../ports.ts'
import { isUniqueViolation } from '../unique-violation.ts'
import {
  activateOrganization,
  countOwned,
  deleteOrganization,
  insertOrganization,
  listOrganizationsOf,
  type OrganizationRow,
  updateOrganization,
} from './organizations.store.ts'

/** How many organizations one person may own (b6 §6.4). */
export const MAX_OWNED = 10

/** Null for a role that nobody knows, which is no membership. */
function viewOf(row: OrganizationRow): Organization | null {
  const role = strongestRole(row.role)
  return role && { ...row, role, createdAt: row.createdAt.toISOString() }
}

/** Everything the person is a member of, oldest membership first. */
export async function listOwnOrganizations(needs: Pick<Kernel, 'db'>, userId: string): Promise<Organization[]> {
  const rows = await listOrganizationsOf(needs.db, userId)
  return rows.map(viewOf).filter((view) => view !== null)
}

/** One organization as its member sees it. Throws `organization.not_found`. */
export async function showOrganization(
  needs: Pick<Kernel, 'db'>,
  { actor }: { actor: UserActor },
): Promise<Organization> {
  authorize(actor, 'read', 'organization')
  const [row] = await listOrganizationsOf(needs.db, actor.userId, actor.organizationId)
  const view = row ? viewOf(row) : null
  if (!view) throw OrganizationNotFound()
  return view
}

/**
 * A new organization, owned by whoever made it. Without a slug it gets one of its name. Throws
 * `organization.slug_taken` for a slug that was asked for, and `organization.too_many`.
 */
export async function createOrganization(
  needs: AuditNeeds,
  input: { person: SignedInPerson; name: string; slug?: string | undefined },
): Promise<Organization> {
  const { person, name } = input
  const [id, memberId] = [needs.ids.next(), needs.ids.next()]
  const own = { id, memberId, userId: person.id, name, maxOwned: MAX_OWNED }
  const plain = input.slug ?? slugOf(name)
  const slugs = input.slug === undefined ? [plain, `${plain}-${id.slice(-8)}`, `${plain}-${id}`] : [plain]
  const actor: UserActor = {
    kind: 'user',
    userId: person.id,
    userName: person.name,
    organizationId: id,
    role: 'owner',
  }
  const subject = { kind: 'organization', id, label: name }
  for (const slug of slugs) {
    const audit = auditRowOf(needs, { actor, verb: 'create', subject, after: { name, slug } })
    if (await insertOrganization(needs.db, { ...own, slug, audit })) return showOrganization(needs, { actor })
  }
  if ((await countOwned(needs.db, person.id)) >= MAX_OWNED) throw TooManyOrganizations()
  throw SlugTaken()
}

/** What of an organization people edit; who joins it changes none of that. */
export const editableOrganization = ({ name, slug, logo }: Organization) => ({ name, slug, logo })

/**
 * Changes name, slug or logo. `ifMatch` is the If-Match header, or null. Throws `organization.slug_taken` and
 * `resource.changed`.
 */
export async function changeOrganization(
  needs: AuditNeeds & { digest: Digest },
  input: {
    actor: UserActor
    ifMatch: string | null
    change: { name?: string | undefined; slug?: string | undefined; logo?: string | null | undefined }
  },
): Promise<Organization> {
  const { actor, ifMatch, change } = input
  authorize(actor, 'update', 'organization')
  const before = editableOrganization(await showOrganization(needs, { actor }))
  await requireUnchanged(needs, { view: before, ifMatch })
  const unchanged = ifMatch === null ? null : before
  const after = changedState(before, change)
  const subject = { kind: 'organization', id: actor.organizationId, label: after.name }
  const audit = auditRowOf(needs, { actor, verb: 'update', subject, before, after })
  let written: boolean
  try {
    written = await updateOrganization(needs.db, actor.organizationId, { change, unchanged, audit })
  } catch (cause) {
    if (isUniqueViolation(cause)) throw SlugTaken({ cause })
    throw cause
  }
  const now = await showOrganization(needs, { actor })
  if (!written) throw ResourceChanged()
  return now
}

/**
 * Deletes an organization with everything in it, after its running sessions were ended. Throws
 * `organization.name_not_confirmed`, and `organization.last` for the only one its owner has.
 */
export async function removeOrganization(
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'> & { liveSessions: LiveSessions },
  input: { actor: UserActor; confirmName: string },
): Promise<void> {
  const { actor } = input
  authorize(actor, 'delete', 'organization')
  const organization = await showOrganization(needs, { actor })
  if (organization.name !== input.confirmName) throw NameNotConfirmed()
  const others = await listOrganizationsOf(needs.db, actor.userId)
  if (others.length < 2) throw LastOrganization()
  await needs.liveSessions.endSessions({ organizationId: actor.organizationId })
  // The organization's own log goes with it; that it is gone is the deployment's matter.
  const audit = auditRowOf(needs, {
    actor: { kind: 'user', id: actor.userId, name: actor.userName, organizationId: null },
    verb: 'delete',
    subject: { kind: 'organization', id: actor.organizationId, label: organization.name },
  })
  const by = { userId: actor.userId, name: input.confirmName, audit }
  if (!(await deleteOrganization(needs.db, actor.organizationId, by))) throw LastOrganization()
}

/** Makes another member the owner; whoever gives it away stays as an admin. Throws `member.not_found`. */
export async function transferOrganization(
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'>,
  input: { actor: UserActor; memberId: string },
): Promise<void> {
  const { actor, memberId } = input
  authorize(actor, 'transfer', 'organization')
  const subject = { kind: 'organization', id: actor.organizationId, label: null }
  const audit = auditRowOf(needs, { actor, verb: 'transfer', subject, after: { memberId } })
  const moved = await transferOwnership(needs.db, actor.organizationId, { userId: actor.userId, memberId, audit })
  if (!moved) throw MemberNotFound()
}

/** Stands the sign-in on the actor's organization; for a program's key there is nothing to stand. */
export async function switchOrganization(
  needs: AuditNeeds,
  { actor, signInId }: { actor: UserActor; signInId: string | null },
): Promise<void> {
  authorize(actor, 'read', 'organization')
  if (signInId === null) return
  const subject = { kind: 'organization', id: actor.organizationId, label: null }
  const audit = auditRowOf(needs, { actor, verb: 'activate', subject })
  await activateOrganization(needs.db, actor.organizationId, { signInId, audit })
}

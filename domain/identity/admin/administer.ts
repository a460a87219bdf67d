import type { z } from 'zod'
import { later } from '#kernel/clock'
import { HOUR_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { Digest } from '#kernel/ports'
import type { AuditEntry, AuditFilter } from '#schema/contracts/audit'
import type { AdminOrganization, AdminQuery, AdminUser, Impersonation } from '#schema/contracts/identity'
import { type AuditNeeds, auditRowOf } from '../audit/audit-row.ts'
import { insertAuditRows } from '../audit/audit.store.ts'
import { pageOfAudit } from '../audit/list-audit.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { NotHere, PersonNotFound } from '../errors.ts'
import { strongestRole } from '../policies.ts'
import type { AccessNeeds, LiveSessions } from '../ports.ts'
import type { Caller } from '../resolve-actor.ts'
import {
  type AdminOrganizationRow,
  findPersonInOrganization,
  listAllOrganizationsAcrossOrganizations,
  listUsersAcrossOrganizations,
  type UserRow,
} from './admin.store.ts'
import { IMPERSONATION_HOURS, sealImpersonation } from './impersonation.ts'
import { isSuperAdmin } from './super-admin.ts'

/** To everybody but super admins these routes do not exist; a program's key is never one. Throws `admin.not_found`. */
export function superAdminOnly(needs: AccessNeeds, caller: Caller): void {
  if (caller.apiKey !== null || !isSuperAdmin(needs.access, caller.person)) throw NotHere()
}

const askedFor = ({ q, cursor, limit }: AdminQuery) => ({ q, cursor: cursor ?? null, limit: limit + 1 })

const userView = ({ position: _, createdAt, suspendedAt, organizations, ...user }: UserRow): z.infer<typeof AdminUser> => ({
  ...user,
  createdAt: createdAt.toISOString(),
  suspendedAt: suspendedAt?.toISOString() ?? null,
  organizations: organizations.flatMap(({ id, name, role }) => {
    const known = strongestRole(role)
    return known ? [{ id, name, role: known }] : []
  }),
})

const organizationView = ({ position: _, createdAt, ...organization }: AdminOrganizationRow) => ({
  ...organization,
  createdAt: createdAt.toISOString(),
})

export async function listUsers(
  needs: Pick<Kernel, 'db'> & AccessNeeds,
  input: { caller: Caller; query: AdminQuery },
): Promise<Page<z.infer<typeof AdminUser>>> {
  superAdminOnly(needs, input.caller)
  const rows = await listUsersAcrossOrganizations(needs.db, askedFor(input.query))
  return pageOf(rows, input.query.limit, userView)
}

export async function listAllOrganizations(
  needs: Pick<Kernel, 'db'> & AccessNeeds,
  input: { caller: Caller; query: AdminQuery },
): Promise<Page<z.infer<typeof AdminOrganization>>> {
  superAdminOnly(needs, input.caller)
  const rows = await listAllOrganizationsAcrossOrganizations(needs.db, askedFor(input.query))
  return pageOf(rows, input.query.limit, organizationView)
}

/** What was done that belongs to no organization: it has no log that an organization's people read. */
export async function listDeploymentAudit(
  needs: Pick<Kernel, 'db'> & AccessNeeds,
  input: { caller: Caller; filter: AuditFilter; cursor?: string | undefined; limit: number },
): Promise<Page<AuditEntry>> {
  superAdminOnly(needs, input.caller)
  return pageOfAudit(needs, { ...input, organizationId: null })
}

type AuditedNeeds = AuditNeeds & AccessNeeds & { digest: Digest }

/** The entry stands in the log of the organization that was looked into: its people may know. */
const entryOf = (
  verb: 'impersonate' | 'stop_impersonating',
  by: { caller: Caller; userId: string; organizationId: string; label: string },
) => ({
  actor: { kind: 'user' as const, id: by.caller.person.id, name: by.caller.person.name, organizationId: by.organizationId },
  verb,
  subject: { kind: 'user', id: by.userId, label: by.label },
})

/** Whom the caller looks into the product as at the moment; null for nobody. */
function lookedInto(caller: Caller) {
  const { impersonation, membership, signIn } = caller
  if (!impersonation || !membership) return null
  return { caller, userId: signIn.user.id, organizationId: membership.organization.id, label: signIn.user.email }
}

/**
 * Lets a super admin see the product as a member of an organization, for 24 hours. `cookie` is the value to set.
 * Throws `admin.not_found` for everybody else, and `admin.person_not_found`.
 */
export async function impersonate(
  needs: AuditedNeeds & { liveSessions: LiveSessions },
  input: { caller: Caller; userId: string; organizationId: string },
): Promise<{ cookie: string; impersonation: Impersonation }> {
  const { caller, userId, organizationId } = input
  superAdminOnly(needs, caller)
  const target = await findPersonInOrganization(needs.db, organizationId, userId)
  if (!target || strongestRole(target.role) === null) throw PersonNotFound()
  const expiresAt = later(needs.clock.now(), IMPERSONATION_HOURS * HOUR_MS)
  const { person } = caller
  const claims = { adminId: person.id, userId, organizationId, expiresAt: expiresAt.getTime() }
  const cookie = await sealImpersonation(needs, claims)
  const left = lookedInto(caller)
  const entries = [
    ...(left ? [entryOf('stop_impersonating', left)] : []),
    entryOf('impersonate', { caller, userId, organizationId, label: target.email }),
  ]
  // Written first, and not merely told to the log when it fails: nobody is looked at without an entry of it.
  await insertAuditRows(needs.db, entries.map((entry) => auditRowOf(needs, entry)))
  if (left) await closeSocketsOf(needs, left)
  const impersonation = { adminId: person.id, adminName: person.name, expiresAt: expiresAt.toISOString() }
  return { cookie, impersonation }
}

/** Ends it; who does not impersonate has nothing to end, which is no error. Throws `admin.not_found`. */
export async function stopImpersonating(
  needs: AuditedNeeds & { liveSessions: LiveSessions },
  { caller }: { caller: Caller },
): Promise<void> {
  superAdminOnly(needs, caller)
  const left = lookedInto(caller)
  if (!left) return
  // There is no row of an impersonation, and ending one must not fail for want of an entry.
  await recordAudit(needs, entryOf('stop_impersonating', left))
  await closeSocketsOf(needs, left)
}

const closeSocketsOf = (
  needs: { liveSessions: LiveSessions },
  { caller, organizationId }: { caller: Caller; organizationId: string },
) => needs.liveSessions.closeMemberSockets({ organizationId, stoppedAdminId: caller.person.id })

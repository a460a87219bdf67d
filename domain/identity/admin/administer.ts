import type { z } from 'zod'
import { later } from '#kernel/clock'
import { HOUR_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'
import type { Page } from '#kernel/page'
import type { Digest } from '#kernel/ports'
import type { AdminOrganization, AdminQuery, AdminUser, Impersonation } from '#schema/contracts/identity'
import { recordAudit } from '../audit/record-audit.ts'
import { NotHere, PersonNotFound } from '../errors.ts'
import { strongestRole } from '../policies.ts'
import type { AccessNeeds } from '../ports.ts'
import type { Caller } from '../resolve-actor.ts'
import {
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

/** Cuts `limit + 1` rows into a page whose cursor is the last id shown. */
function cut<Row extends { id: string }, Item>(rows: Row[], limit: number, view: (row: Row) => Item): Page<Item> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(view), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

const pageOf = ({ q, cursor, limit }: AdminQuery) => ({ q, cursor: cursor ?? null, limit: limit + 1 })

const userView = ({ createdAt, suspendedAt, organizations, ...user }: UserRow): z.infer<typeof AdminUser> => ({
  ...user,
  createdAt: createdAt.toISOString(),
  suspendedAt: suspendedAt?.toISOString() ?? null,
  organizations: organizations.flatMap(({ id, name, role }) => {
    const known = strongestRole(role)
    return known ? [{ id, name, role: known }] : []
  }),
})

export async function listUsers(
  needs: Pick<Kernel, 'db'> & AccessNeeds,
  input: { caller: Caller; query: AdminQuery },
): Promise<Page<z.infer<typeof AdminUser>>> {
  superAdminOnly(needs, input.caller)
  const rows = await listUsersAcrossOrganizations(needs.db, pageOf(input.query))
  return cut(rows, input.query.limit, userView)
}

export async function listAllOrganizations(
  needs: Pick<Kernel, 'db'> & AccessNeeds,
  input: { caller: Caller; query: AdminQuery },
): Promise<Page<z.infer<typeof AdminOrganization>>> {
  superAdminOnly(needs, input.caller)
  const rows = await listAllOrganizationsAcrossOrganizations(needs.db, pageOf(input.query))
  return cut(rows, input.query.limit, (row) => ({ ...row, createdAt: row.createdAt.toISOString() }))
}

type AuditedNeeds = Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'> & AccessNeeds & { digest: Digest }

/** The entry stands in the log of the organization that was looked into: its people may know. */
async function recordImpersonation(
  needs: AuditedNeeds,
  verb: 'impersonate' | 'stop_impersonating',
  by: { caller: Caller; userId: string; organizationId: string; label: string },
): Promise<void> {
  const { person } = by.caller
  await recordAudit(needs, {
    actor: { kind: 'user', id: person.id, name: person.name, organizationId: by.organizationId },
    verb,
    subject: { kind: 'user', id: by.userId, label: by.label },
  })
}

/**
 * Lets a super admin see the product as a member of an organization, for 24 hours. `cookie` is the value to set.
 * Throws `admin.not_found` for everybody else, and `admin.person_not_found`.
 */
export async function impersonate(
  needs: AuditedNeeds,
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
  await recordImpersonation(needs, 'impersonate', { caller, userId, organizationId, label: target.email })
  const impersonation = { adminId: person.id, adminName: person.name, expiresAt: expiresAt.toISOString() }
  return { cookie, impersonation }
}

/** Ends it; who does not impersonate has nothing to end, which is no error. Throws `admin.not_found`. */
export async function stopImpersonating(needs: AuditedNeeds, { caller }: { caller: Caller }): Promise<void> {
  superAdminOnly(needs, caller)
  const { impersonation, membership, signIn } = caller
  if (!impersonation || !membership) return
  const { id: organizationId } = membership.organization
  const { id: userId, email: label } = signIn.user
  await recordImpersonation(needs, 'stop_impersonating', { caller, userId, organizationId, label })
}

import type { Kernel } from '#kernel/needs'
import { auditRowOf } from '../audit/audit-row.ts'
import { NotSuspendable, PersonNotFound } from '../errors.ts'
import type { AccessNeeds, LiveSessions } from '../ports.ts'
import type { Caller } from '../resolve-actor.ts'
import { superAdminOnly } from './administer.ts'
import { isSuperAdmin } from './super-admin.ts'
import { deleteSignIns, findSuspensionTarget, moveSuspension } from './suspensions.store.ts'

type Needs = Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'> & AccessNeeds & { liveSessions: LiveSessions }

/**
 * Suspends a person: their sign-ins end, their sockets close, and whatever they or their keys ask from now on is
 * refused. Each of their organizations has it in its log. Again changes nothing. Throws `admin.not_found` for everybody
 * but super admins, `admin.person_not_found`, and `admin.not_suspendable` for oneself and other super admins.
 */
export async function suspendUser(
  needs: Needs,
  input: { caller: Caller; userId: string; reason?: string | undefined },
): Promise<void> {
  const { caller, userId, reason } = input
  superAdminOnly(needs, caller)
  const target = await findSuspensionTarget(needs.db, userId)
  if (!target) throw PersonNotFound()
  if (caller.person.id === userId || isSuperAdmin(needs.access, target)) throw NotSuspendable()
  const suspendedAt = needs.clock.now()
  const after = { suspendedAt: suspendedAt.toISOString(), ...(reason === undefined ? {} : { reason }) }
  const entries = entriesOf(needs, { ...input, verb: 'suspend', target, after })
  await moveSuspension(needs.db, userId, { suspendedAt, entries })
  // A statement of its own, so that it sees every sign-in that was made before the suspension stood.
  await deleteSignIns(needs.db, userId)
  for (const organizationId of target.organizationIds) await needs.liveSessions.closeMemberSockets({ organizationId })
}

/** Lets a person in again. Who is not suspended stays so. Throws `admin.not_found` and `admin.person_not_found`. */
export async function unsuspendUser(needs: Needs, input: { caller: Caller; userId: string }): Promise<void> {
  const { caller, userId } = input
  superAdminOnly(needs, caller)
  const target = await findSuspensionTarget(needs.db, userId)
  if (!target) throw PersonNotFound()
  if (target.suspendedAt === null) return
  // A sign-in that slipped in beside the suspension was worth nothing, and must not come to life now.
  await deleteSignIns(needs.db, userId)
  const entries = entriesOf(needs, { ...input, verb: 'unsuspend', target, after: { suspendedAt: null } })
  await moveSuspension(needs.db, userId, { suspendedAt: null, entries })
}

/** One entry for the log of each of the person's organizations; for a person without any, one for the deployment. */
function entriesOf(
  needs: Needs,
  input: {
    caller: Caller
    userId: string
    verb: 'suspend' | 'unsuspend'
    target: { email: string; suspendedAt: Date | null; organizationIds: string[] }
    after: Record<string, unknown>
  },
) {
  const { caller, userId, verb, target, after } = input
  const { id, name } = caller.person
  const organizationIds = target.organizationIds.length > 0 ? target.organizationIds : [null]
  return organizationIds.map((organizationId) =>
    auditRowOf(needs, {
      actor: { kind: 'user', id, name, organizationId },
      verb,
      subject: { kind: 'user', id: userId, label: target.email },
      before: { suspendedAt: target.suspendedAt?.toISOString() ?? null },
      after,
    }),
  )
}

import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { InvitationInfo } from '#schema/contracts/identity'
import { auditRowOf } from '../audit/audit-row.ts'
import {
  EmailNotVerified,
  InvitationAnswered,
  InvitationGone,
  InvitationNotFound,
  WrongAccount,
} from '../errors.ts'
import { personalOrganizationIdOf } from '../open-organization.ts'
import { deleteUnusedPersonalOrganization } from '../organizations/organizations.store.ts'
import type { AccessNeeds, SignedInPerson, SignIn } from '../ports.ts'
import { invitedRole } from './invitation.view.ts'
import { acceptInvitationAcrossOrganizations, rejectInvitationAcrossOrganizations } from './answers.store.ts'
import { findInvitationAcrossOrganizations, type InvitationRow } from './invitations.store.ts'

type Needs = Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'> & AccessNeeds

/** What whoever holds the link may read; only while the invitation is open. Throws `invitation.not_found`. */
export async function showInvitationInfo(
  needs: Pick<Kernel, 'db' | 'clock'>,
  { invitationId }: { invitationId: string },
): Promise<InvitationInfo> {
  const row = await findInvitationAcrossOrganizations(needs.db, invitationId)
  if (!row || row.status !== 'pending' || row.expiresAt <= needs.clock.now()) throw InvitationNotFound()
  const { id, email, organizationName, inviterName, expiresAt } = row
  return { id, email, organizationName, inviterName, role: invitedRole(row), expiresAt: expiresAt.toISOString() }
}

/**
 * Makes the signed-in person a member. Their unused workspace from signing up goes away then. Throws
 * `invitation.not_found`, `invitation.wrong_account`, `invitation.answered` the second time, `invitation.gone` when it
 * was canceled, declined or has expired, and `auth.email_not_verified` where addresses must be verified.
 */
export async function acceptInvitation(
  needs: Needs,
  input: { signIn: SignIn; invitationId: string },
): Promise<{ organizationId: string }> {
  const { signIn, invitationId } = input
  const { user } = signIn
  const row = await invitationFor(needs, user, invitationId)
  if (needs.access.verificationEnforced && !user.emailVerified) throw EmailNotVerified()
  const memberId = needs.ids.next()
  const now = needs.clock.now()
  const audit = answerOf(needs, { verb: 'accept', user, row })
  const by = { invitationId, email: user.email, userId: user.id, memberId, signInId: signIn.id, now, audit }
  if (!(await acceptInvitationAcrossOrganizations(needs.db, by))) throw await whyNot(needs, invitationId)
  // They are a member by now: a workspace that stays must not make the answer say otherwise.
  await leaveUnusedWorkspace(needs, user).catch((error: unknown) =>
    needs.log.warn('invitation.workspace_not_left', { userId: user.id, error: describeError(error) }),
  )
  return { organizationId: row.organizationId }
}

/** The entry of an answer; what accepting makes of the invitation only the statement knows. */
const answerOf = (
  needs: Needs,
  { verb, user, row }: { verb: 'accept' | 'reject'; user: SignedInPerson; row: InvitationRow },
) =>
  auditRowOf(needs, {
    actor: { kind: 'user', id: user.id, name: user.name, organizationId: row.organizationId },
    verb,
    subject: { kind: 'invitation', id: row.id, label: user.email },
    before: { status: 'pending' },
    after: verb === 'reject' ? { status: 'rejected' } : null,
  })

/** The workspace's own log goes with it; that it is gone is the deployment's matter. */
async function leaveUnusedWorkspace(needs: Needs, { id: userId, name }: SignedInPerson): Promise<void> {
  const organizationId = personalOrganizationIdOf(userId)
  const audit = auditRowOf(needs, {
    actor: { kind: 'user', id: userId, name, organizationId: null },
    verb: 'delete',
    subject: { kind: 'organization', id: organizationId, label: null },
  })
  await deleteUnusedPersonalOrganization(needs.db, { organizationId, userId, audit })
}

/** Declines. Throws what accepting throws. */
export async function rejectInvitation(
  needs: Needs,
  input: { signIn: SignIn; invitationId: string },
): Promise<void> {
  const { invitationId, signIn } = input
  const { user } = signIn
  const row = await invitationFor(needs, user, invitationId)
  const audit = answerOf(needs, { verb: 'reject', user, row })
  const by = { invitationId, email: user.email, now: needs.clock.now(), audit }
  if (!(await rejectInvitationAcrossOrganizations(needs.db, by))) throw await whyNot(needs, invitationId)
}

async function invitationFor(
  needs: Pick<Kernel, 'db'>,
  person: SignedInPerson,
  invitationId: string,
): Promise<InvitationRow> {
  const row = await findInvitationAcrossOrganizations(needs.db, invitationId)
  if (!row) throw InvitationNotFound()
  if (row.email.toLowerCase() !== person.email.toLowerCase()) throw WrongAccount()
  return row
}

async function whyNot(needs: Pick<Kernel, 'db'>, invitationId: string) {
  const row = await findInvitationAcrossOrganizations(needs.db, invitationId)
  if (!row) return InvitationNotFound()
  return row.status === 'accepted' ? InvitationAnswered() : InvitationGone()
}

import { earlier, later } from '#kernel/clock'
import { DAY_MS, MINUTE_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import type { CreateInvitation, Invitation } from '#schema/contracts/identity'
import type { UserActor } from '../actor.ts'
import { auditRowOf } from '../audit/audit-row.ts'
import {
  AlreadyInvited,
  AlreadyMember,
  InvitationEnded,
  InvitationNotFound,
  InvitationSentJustNow,
  TooManyInvitations,
} from '../errors.ts'
import { countAttempt } from '../limit-attempts.ts'
import { invitationMail } from '../mail/mails.ts'
import { authorize } from '../policies.ts'
import type { AccessNeeds, Mailer } from '../ports.ts'
import { invitationView, linkOf } from './invitation.view.ts'
import {
  cancelInvitation,
  closeExpiredInvitations,
  findInvitation,
  insertInvitation,
  type InvitationRow,
  listOpenInvitations,
  prolongInvitation,
} from './invitations.store.ts'

/** How long an invitation stands, how many may be open (b6 §6.3, §6.4), and how often one is sent again. */
const LIFETIME_MS = 7 * DAY_MS
const MAX_PENDING = 50
const RESEND_AFTER_MS = MINUTE_MS
/** Mails of one organization to one address, however often it is invited, canceled and invited again. */
const MAILS = { max: 10, windowMs: DAY_MS }

type Needs = Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'> & AccessNeeds & { mailer: Mailer; digest: Digest }

/** The open invitations of the actor's organization, newest first. */
export async function showInvitations(
  needs: Pick<Kernel, 'db' | 'clock'> & AccessNeeds & { mailer: Mailer },
  { actor }: { actor: UserActor },
): Promise<Invitation[]> {
  authorize(actor, 'read', 'invitation')
  const page = { now: needs.clock.now(), limit: MAX_PENDING }
  const rows = await listOpenInvitations(needs.db, actor.organizationId, page)
  return rows.map((row) => invitationView(needs, row))
}

/**
 * Invites an address. It is made also when no mail can be sent: the answer holds the link. Throws
 * `invitation.already_member`, `invitation.already_pending` and `invitation.too_many`.
 */
export async function invite(needs: Needs, input: { actor: UserActor } & CreateInvitation): Promise<Invitation> {
  const { actor, role } = input
  const { organizationId } = actor
  authorize(actor, 'create', 'invitation')
  const [id, now, email] = [needs.ids.next(), needs.clock.now(), input.email.toLowerCase()]
  await closeExpiredInvitations(needs.db, organizationId, { email, now })
  const subject = { kind: 'invitation', id, label: email }
  const audit = auditRowOf(needs, { actor, verb: 'create', subject, after: { email, role } })
  const { made, isMember, hasRoom } = await insertInvitation(needs.db, organizationId, {
    id,
    email,
    role,
    inviterId: actor.userId,
    now,
    expiresAt: later(now, LIFETIME_MS),
    maxPending: MAX_PENDING,
    audit,
  })
  if (isMember) throw AlreadyMember()
  if (!made) throw hasRoom ? AlreadyInvited() : TooManyInvitations()
  return sent(needs, await invitationOf(needs, { organizationId, id }))
}

/** Sends an open invitation again and lets it stand seven more days; at most once a minute. */
export async function resendInvitation(
  needs: Needs,
  input: { actor: UserActor; invitationId: string },
): Promise<Invitation> {
  const { actor, invitationId: id } = input
  const { organizationId } = actor
  authorize(actor, 'create', 'invitation')
  const now = needs.clock.now()
  const times = { now, sentBefore: earlier(now, RESEND_AFTER_MS), expiresAt: later(now, LIFETIME_MS) }
  const after = { expiresAt: times.expiresAt.toISOString() }
  const audit = auditRowOf(needs, { actor, verb: 'resend', subject: { kind: 'invitation', id, label: null }, after })
  const isProlonged = await prolongInvitation(needs.db, organizationId, { id, ...times, audit })
  const row = await invitationOf(needs, { organizationId, id })
  if (row.status !== 'pending') throw InvitationEnded()
  if (!isProlonged) throw InvitationSentJustNow({ retryAfterMs: RESEND_AFTER_MS })
  return sent(needs, row)
}

/** Takes an open invitation back. Throws `invitation.not_found`, and `invitation.ended` for one that is not open. */
export async function withdrawInvitation(
  needs: Needs,
  input: { actor: UserActor; invitationId: string },
): Promise<void> {
  const { actor, invitationId: id } = input
  const { organizationId } = actor
  authorize(actor, 'cancel', 'invitation')
  const audit = auditRowOf(needs, {
    actor,
    verb: 'cancel',
    subject: { kind: 'invitation', id, label: null },
    before: { status: 'pending' },
    after: { status: 'canceled' },
  })
  if (await cancelInvitation(needs.db, organizationId, { id, audit })) return
  await invitationOf(needs, { organizationId, id })
  throw InvitationEnded()
}

async function invitationOf(
  needs: Pick<Kernel, 'db'>,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<InvitationRow> {
  const row = await findInvitation(needs.db, organizationId, id)
  if (!row) throw InvitationNotFound()
  return row
}

/**
 * A mail that nobody took, or that would be one too many, does not undo the invitation: the link can be passed on, and the
 * mail sent again.
 */
async function sent(needs: Needs, row: InvitationRow): Promise<Invitation> {
  const { organizationId, email, organizationName, inviterName } = row
  const url = linkOf(needs.access, row.id)
  try {
    await countAttempt(needs, { name: `invitation-mail:${organizationId}:${email}`, ...MAILS })
    await needs.mailer.send(invitationMail({ email, organizationName, inviterName, url }))
  } catch (error) {
    needs.log.warn('invitation.not_mailed', { invitationId: row.id, error: describeError(error) })
    return { ...invitationView(needs, row), mailed: false }
  }
  return invitationView(needs, row)
}

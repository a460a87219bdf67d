import { AssignableRole, type Invitation, InvitationStatus } from '#schema/contracts/identity'
import type { AccessSettings, Mailer } from '../ports.ts'
import type { InvitationRow } from './invitations.store.ts'

/** A role text of the identity library that nobody may be invited as becomes the least one. */
export const invitedRole = (row: InvitationRow): AssignableRole => AssignableRole.catch('viewer').parse(row.role)

/** Where the invited person accepts. */
export const linkOf = (access: AccessSettings, invitationId: string): string =>
  new URL(`/invitations/${invitationId}`, access.appUrl).href

export function invitationView(
  needs: { access: AccessSettings; mailer: Mailer },
  row: InvitationRow,
): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: invitedRole(row),
    status: InvitationStatus.parse(row.status),
    inviterName: row.inviterName,
    link: linkOf(needs.access, row.id),
    mailed: needs.mailer.enabled,
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  }
}

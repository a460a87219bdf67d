export { type Actor, type UserActor, userIdOf } from './actor.ts'
export {
  AuthUnavailable,
  Forbidden,
  InvitationGone,
  MailNotSent,
  NotWhileImpersonating,
  OrganizationNotFound,
  NotAMember,
  Suspended,
  TooManyAttempts,
} from './errors.ts'
export { impersonate, listAllOrganizations, listDeploymentAudit, listUsers, stopImpersonating } from './admin/administer.ts'
export { suspendUser, unsuspendUser } from './admin/suspend.ts'
export { IMPERSONATION_HOURS } from './admin/impersonation.ts'
export { describeCaller, requirePerson, showProfile, updateProfile } from './describe-caller.ts'
export { allowDevice, denyDevice, showDevice, startDevice } from './devices/authorize-device.ts'
export { pollDevice } from './devices/poll-device.ts'
export { acceptInvitation, rejectInvitation, showInvitationInfo } from './invitations/answer-invitation.ts'
export { invite, resendInvitation, showInvitations, withdrawInvitation } from './invitations/manage-invitations.ts'
export { createApiKey, listOwnApiKeys, removeApiKey, revokePresentedKey } from './keys/api-keys.ts'
export { countAttempt, forgetAttempts } from './limit-attempts.ts'
export { existingAccountMail, resetMail, verificationMail } from './mail/mails.ts'
export { changeMemberRole, leaveOrganization, removeMember, showMember, showMembers } from './members/manage-members.ts'
export { presentSuperAdmins } from './admin/present-super-admins.ts'
export { livingKeys } from './keys/living-keys.ts'
export { presentRoles } from './members/present-roles.ts'
export { finishOnboarding, noteOnboarding, showOnboarding } from './onboarding/onboarding.ts'
export { joinOrganization, setDomains, showDomains, suggestOrganizations } from './organizations/domains.ts'
export {
  changeOrganization,
  editableOrganization,
  createOrganization,
  listOwnOrganizations,
  removeOrganization,
  showOrganization,
  switchOrganization,
  transferOrganization,
} from './organizations/own-organizations.ts'
export { collectSpentAccess } from './collect-spent-access.ts'
export { answerOnce, collectIdempotencyKeys } from './idempotency/answer-once.ts'
export { openOrganization } from './open-organization.ts'
export { authorize, can, verbsOf } from './policies.ts'
export type {
  AccessSettings,
  Credentials,
  LiveSessions,
  Mail,
  Mailer,
  SignIn,
  SignInReader,
} from './ports.ts'
export { RateLimited } from './errors.ts'
export type { RateAnswer, RateLimits, RatePolicy } from './rate-limits.ts'
export { actorOf, type Caller, identifyCaller } from './resolve-actor.ts'
export { type AuditNeeds, type AuditRow, auditRowOf } from './audit/audit-row.ts'
export { auditedFrom } from './audit/audit.store.ts'
export { recordAudit } from './audit/record-audit.ts'
export { exportAudit } from './audit/export-audit.ts'
export { listAudit } from './audit/list-audit.ts'

import { z } from 'zod'
import { Instant, Role } from '#schema/contracts/common'
import { ApiKeyScope } from '#schema/contracts/scopes'

/** Ids of people, organizations, members and invitations are the identity library's: short texts, not always UUIDs. */
export const IdentityId = z.string().regex(/^[\w-]{1,64}$/)

/** Where a page of people or organizations goes on: `nextCursor` of the page before. */
export const PositionCursor = z.string().regex(/^\d{1,16}_[\w-]{1,64}$/, 'the nextCursor of a page')

const DisplayName = z.string().trim().min(1).max(100)
/** The dashboard shows those that its content security policy allows. */
const Picture = z.url({ protocol: /^https$/ }).max(2_000)
const EmailAddress = z.string().trim().toLowerCase().pipe(z.email().max(254))

/** How a person makes an account. The password's length is the identity library's matter, which has words of its own for it. */
export const SignUp = z.object({
  name: DisplayName,
  email: EmailAddress,
  password: z.string(),
  image: Picture.optional(),
  callbackURL: z.string().max(2_000).optional(),
  rememberMe: z.boolean().optional(),
})

/** Which ways to sign in this deployment offers; what is false must not be shown. */
export const AuthOptions = z.object({
  email: z.boolean(),
  github: z.boolean(),
  google: z.boolean(),
  /** Whether an address must be verified before the first sign-in. */
  verificationEnforced: z.boolean(),
  /** Whether mail is sent; without it invitations are passed on by their link. */
  emailEnabled: z.boolean(),
})
export type AuthOptions = z.infer<typeof AuthOptions>

export const Organization = z.object({
  id: IdentityId,
  name: z.string(),
  slug: z.string(),
  logo: z.string().nullable(),
  /** The workspace that a person got on signing up. */
  isPersonal: z.boolean(),
  /** The caller's role in it. */
  role: Role,
  memberCount: z.number().int(),
  createdAt: Instant,
})
export type Organization = z.infer<typeof Organization>

const Slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/, 'lower-case letters, digits and dashes')

export const CreateOrganization = z.strictObject({ name: DisplayName, slug: Slug.optional() })
export const UpdateOrganization = z.strictObject({
  name: DisplayName.optional(),
  slug: Slug.optional(),
  logo: Picture.nullable().optional(),
})
export type UpdateOrganization = z.infer<typeof UpdateOrganization>
/** `confirmName` is the organization's name, typed by a person who means it. */
export const DeleteOrganization = z.strictObject({ confirmName: z.string().max(100) })
export const TransferOrganization = z.strictObject({ memberId: IdentityId })

/** Up to ten email domains whose verified people may join by themselves. */
export const OrganizationDomains = z.strictObject({
  domains: z.array(z.string().trim().toLowerCase().max(253).regex(/^[a-z0-9.-]+\.[a-z]{2,}$/)).max(10),
})

/** An organization that a person may join because of their email domain. */
export const OrganizationSuggestion = z.object({
  id: IdentityId,
  name: z.string(),
  memberCount: z.number().int(),
})

/** What an admin or owner may give; an owner is made by transfer only. */
export const AssignableRole = Role.exclude(['owner'])
export type AssignableRole = z.infer<typeof AssignableRole>

export const Member = z.object({
  id: IdentityId,
  userId: IdentityId,
  name: z.string(),
  email: z.string(),
  image: z.string().nullable(),
  role: Role,
  joinedAt: Instant,
})
export type Member = z.infer<typeof Member>
export const UpdateMember = z.strictObject({ role: AssignableRole })

export const InvitationStatus = z.enum(['pending', 'accepted', 'rejected', 'canceled'])
export const Invitation = z.object({
  id: IdentityId,
  email: z.string(),
  role: AssignableRole,
  status: InvitationStatus,
  inviterName: z.string(),
  /** Where the invited person accepts; to be copied when no mail was sent. */
  link: z.string(),
  /** Whether this deployment mails it. */
  mailed: z.boolean(),
  expiresAt: Instant,
  createdAt: Instant,
})
export type Invitation = z.infer<typeof Invitation>
export const CreateInvitation = z.strictObject({ email: EmailAddress, role: AssignableRole })
export type CreateInvitation = z.infer<typeof CreateInvitation>

/** What whoever holds the link may read before signing in. */
export const InvitationInfo = z.object({
  id: IdentityId,
  email: z.string(),
  organizationName: z.string(),
  inviterName: z.string(),
  role: AssignableRole,
  expiresAt: Instant,
})
export type InvitationInfo = z.infer<typeof InvitationInfo>
export const Joined = z.object({ organizationId: IdentityId })

export const ApiKey = z.object({
  id: IdentityId,
  name: z.string(),
  /** The first characters, by which a person tells keys apart. */
  start: z.string(),
  organizationId: IdentityId,
  organizationName: z.string(),
  scopes: z.array(ApiKeyScope),
  /** Null: does not expire. */
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  createdAt: Instant,
})
export type ApiKey = z.infer<typeof ApiKey>
export const CreateApiKey = z.strictObject({
  name: DisplayName,
  scopes: z.array(ApiKeyScope).min(1),
  expiresInDays: z.number().int().min(1).max(366).nullable().default(90),
})
export type CreateApiKey = z.infer<typeof CreateApiKey>
/** The only answer that ever holds the key itself. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() })

/** `ABCD-1234`; case, blanks and the dash do not matter when a person types it. */
export const UserCode = z
  .string()
  .max(40)
  .transform((text) => text.toUpperCase().replace(/[\s-]/g, ''))
  .transform((text) => `${text.slice(0, 4)}-${text.slice(4)}`)

export const DeviceCode = z.object({
  userCode: z.string(),
  deviceCode: z.string(),
  verificationUrl: z.string(),
  expiresInSeconds: z.number().int(),
  intervalSeconds: z.number().int(),
})
export const StartDevice = z.strictObject({ clientName: z.string().trim().min(1).max(100).optional() })
export const DeviceStatus = z.enum(['pending', 'authorized', 'denied', 'consumed', 'expired'])
/** What the consent page shows: who asks, from where. */
export const DeviceRequest = z.object({
  userCode: z.string(),
  status: DeviceStatus,
  clientName: z.string(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: Instant,
  expiresAt: Instant,
})
export type DeviceRequest = z.infer<typeof DeviceRequest>
/** `organizationId`: where the device's key will act; the caller must be a member. */
export const AuthorizeDevice = z.strictObject({ userCode: UserCode, organizationId: IdentityId })
export const DenyDevice = z.strictObject({ userCode: UserCode })
export const PollDevice = z.strictObject({ deviceCode: z.string().min(1).max(200) })
export const DeviceToken = z.object({
  /** An API key, valid for 90 days. */
  token: z.string(),
  user: z.object({ id: IdentityId, name: z.string(), email: z.string() }),
  organization: z.object({ id: IdentityId, name: z.string(), slug: z.string() }),
})

export const OnboardingPath = z.enum(['developer', 'organization'])
/** What a person is taken through; one resumes at the first step that is not in `done`. */
export const OnboardingStep = z.enum(['organization', 'questionnaire', 'invite', 'repository'])
export const OnboardingAnswers = z.strictObject({
  teamSize: z.string().max(100).optional(),
  role: z.string().max(100).optional(),
  source: z.string().max(200).optional(),
  useCase: z.string().max(2_000).optional(),
})
export const Onboarding = z.object({
  organizationId: IdentityId,
  complete: z.boolean(),
  path: OnboardingPath.nullable(),
  done: z.array(OnboardingStep),
  answers: OnboardingAnswers,
  hasRepository: z.boolean(),
})
export type Onboarding = z.infer<typeof Onboarding>
/** What is left out stays as it was. */
export const UpdateOnboarding = z.strictObject({
  path: OnboardingPath.optional(),
  done: z.array(OnboardingStep).max(4).optional(),
  answers: OnboardingAnswers.optional(),
})
export type UpdateOnboarding = z.infer<typeof UpdateOnboarding>

export const AdminUser = z.object({
  id: IdentityId,
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  createdAt: Instant,
  /** Since when every request of theirs is refused; null for everybody else. */
  suspendedAt: Instant.nullable(),
  organizations: z.array(z.object({ id: IdentityId, name: z.string(), role: Role })),
})
export type AdminUser = z.infer<typeof AdminUser>
export const AdminOrganization = z.object({
  id: IdentityId,
  name: z.string(),
  slug: z.string(),
  isPersonal: z.boolean(),
  memberCount: z.number().int(),
  createdAt: Instant,
})
export type AdminOrganization = z.infer<typeof AdminOrganization>
/** Both lists of the admin page: a part of a name, an address or an id. */
export const AdminQuery = z.object({
  q: z.string().max(200).default(''),
  cursor: PositionCursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export type AdminQuery = z.infer<typeof AdminQuery>
/** `reason` is for the audit log. */
export const Suspend = z.strictObject({ reason: z.string().trim().min(1).max(500).optional() })
export const Impersonate = z.strictObject({ userId: IdentityId, organizationId: IdentityId })
/** What the banner says while a super admin sees the product as somebody else. */
export const Impersonation = z.object({ adminId: IdentityId, adminName: z.string(), expiresAt: Instant })
export type Impersonation = z.infer<typeof Impersonation>

export const UpdateProfile = z.strictObject({
  name: DisplayName.optional(),
  image: Picture.nullable().optional(),
})
export type UpdateProfile = z.infer<typeof UpdateProfile>
export const Profile = z.object({
  id: IdentityId,
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  image: z.string().nullable(),
})
export type Profile = z.infer<typeof Profile>

/** Who the caller is and where. */
export const Me = z.object({
  user: Profile,
  /** The organization that this request was about. */
  organization: z.object({ id: IdentityId, name: z.string(), slug: z.string() }).nullable(),
  role: Role.nullable(),
  /** Everything the caller is a member of, oldest first. */
  organizations: z.array(
    z.object({
      id: IdentityId,
      name: z.string(),
      slug: z.string(),
      logo: z.string().nullable(),
      role: Role,
      isPersonal: z.boolean(),
    }),
  ),
  /** Everything the caller may do in it: `sessions:create`; `…_own` is for what they made themselves. */
  verbs: z.array(z.string()),
  superAdmin: z.boolean(),
  impersonation: Impersonation.nullable(),
  onboarding: z.object({ complete: z.boolean(), path: OnboardingPath.nullable() }).nullable(),
})
export type Me = z.infer<typeof Me>

/** A mail that development kept instead of sending it. */
export const KeptMail = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  sentAt: Instant,
})
export type KeptMail = z.infer<typeof KeptMail>
/** `{ done: true }`: the change was made, and there is nothing else to say. */
export const Done = z.object({ done: z.literal(true) })

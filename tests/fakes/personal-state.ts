import type { AuditEntry } from '#schema/contracts/audit'
import type {
  AdminOrganization,
  AdminUser,
  ApiKey,
  Impersonation,
  Onboarding,
  Profile,
} from '#schema/contracts/identity'
import { minutesAgo } from './api-data.ts'

type OnboardingSteps = Pick<Onboarding, 'path' | 'done' | 'answers'>

/** A way to sign in that belongs to the account. */
export interface FakeAccount {
  id: string
  providerId: 'credential' | 'github' | 'google'
  accountId: string
  createdAt: string
}

/** A browser that is signed in. */
export interface FakeBrowser {
  id: string
  token: string
  createdAt: string
  expiresAt: string
  ipAddress: string | null
  userAgent: string | null
}

export const CURRENT_BROWSER = 'browser-here'

/** What the fake API knows about the person alone, and about the whole deployment. */
export class PersonalState {
  profile: Profile = {
    id: 'user-ada',
    name: 'Ada Lovelace',
    email: 'ada@acme.test',
    emailVerified: true,
    image: null,
  }
  password = 'correct horse battery'
  accounts: FakeAccount[] = [
    { id: 'account-1', providerId: 'credential', accountId: 'user-ada', createdAt: minutesAgo(90_000) },
  ]
  browsers: FakeBrowser[] = [aBrowser(CURRENT_BROWSER)]
  /** Whether the person signed in within the last day, which the identity library asks for before it lists browsers. */
  isFresh = true
  apiKeys: ApiKey[] = []
  /** Whether the first steps are over, as they are for everybody in an organization once they are in another. */
  onboarded = true
  /** How far each organization has come, by its id. */
  private readonly steps = new Map<string, OnboardingSteps>()
  superAdmin = false
  impersonation: Impersonation | null = null
  /** Whom the person sees the product as, and where. */
  impersonated: { user: Profile; organization: { id: string; name: string; slug: string } } | null = null
  users: AdminUser[] = []
  /** What belongs to no organization. */
  deploymentAudit: AuditEntry[] = []
  /** Ids of the super admins. */
  operators = ['user-ada']
  allOrganizations: AdminOrganization[] = []

  stepsOf(organizationId: string): OnboardingSteps {
    const known = this.steps.get(organizationId) ?? { path: null, done: [], answers: {} }
    this.steps.set(organizationId, known)
    return known
  }
}

export function aBrowser(id: string, change: Partial<FakeBrowser> = {}): FakeBrowser {
  return {
    id,
    token: `token-of-${id}`,
    createdAt: minutesAgo(60),
    expiresAt: minutesAgo(-10_000),
    ipAddress: '203.0.113.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    ...change,
  }
}

export function anApiKey(id: string, change: Partial<ApiKey> = {}): ApiKey {
  return {
    id,
    name: 'Continuous integration',
    start: 'pk_4f9a12',
    organizationId: 'org-acme',
    organizationName: 'Acme',
    scopes: ['runs:read'],
    expiresAt: minutesAgo(-100_000),
    lastUsedAt: minutesAgo(12),
    createdAt: minutesAgo(20_000),
    ...change,
  }
}

export function anAdminUser(id: string, change: Partial<AdminUser> = {}): AdminUser {
  return {
    id,
    name: 'Bo Berg',
    email: 'bo@berg.test',
    emailVerified: true,
    suspendedAt: null,
    createdAt: minutesAgo(30_000),
    organizations: [{ id: 'org-berg', name: 'Berg & Co', role: 'owner' }],
    ...change,
  }
}

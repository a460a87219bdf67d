import type {
  AuthOptions,
  DeviceRequest,
  InvitationInfo,
  InvitationStatus,
  KeptMail,
  OrganizationSuggestion,
} from '#schema/contracts/identity'
import type { z } from 'zod'
import { minutesAgo } from './api-data.ts'

const HOUR_MINUTES = 60

/** Somebody who can sign in. */
export interface FakePerson {
  id: string
  name: string
  email: string
  password: string
  emailVerified: boolean
}

/** An invitation as the invited person meets it. */
export type FakeInvitation = InvitationInfo & {
  organizationId: string
  status: z.infer<typeof InvitationStatus>
}

/** What the fake API knows about the ways in: who has an account, which links are open, who asks for what. */
export class AccountState {
  options: AuthOptions = { email: true, github: false, google: false, verificationEnforced: false, emailEnabled: true }
  people: FakePerson[] = []
  /** The mailbox of development; null where there is none. */
  mails: KeptMail[] | null = null
  /** Email addresses by the token of the link that was mailed to them. */
  readonly verifications = new Map<string, string>()
  readonly resets = new Map<string, string>()
  readonly expiredTokens = new Set<string>()
  /** When a path last mailed to an address. */
  readonly mailedAt = new Map<string, number>()
  invitations: FakeInvitation[] = []
  devices: DeviceRequest[] = []
  suggestions: z.infer<typeof OrganizationSuggestion>[] = []
}

export function aPerson(change: Partial<FakePerson> = {}): FakePerson {
  return {
    id: 'user-grace',
    name: 'Grace Hopper',
    email: 'grace@acme.test',
    password: 'a fine password',
    emailVerified: true,
    ...change,
  }
}

export function aReceivedInvitation(id: string, change: Partial<FakeInvitation> = {}): FakeInvitation {
  return {
    id,
    email: 'ada@acme.test',
    organizationId: 'org-umbrella',
    organizationName: 'Umbrella Labs',
    inviterName: 'Grace Hopper',
    role: 'member',
    status: 'pending',
    expiresAt: minutesAgo(-6 * 24 * HOUR_MINUTES),
    ...change,
  }
}

export function aDeviceRequest(userCode: string, change: Partial<DeviceRequest> = {}): DeviceRequest {
  return {
    userCode,
    status: 'pending',
    clientName: 'proliferate CLI on workbench',
    ipAddress: '203.0.113.7',
    userAgent: 'proliferate-cli/1.4.0 (linux; x64) node/26.10.0',
    createdAt: minutesAgo(1),
    expiresAt: minutesAgo(-14),
    ...change,
  }
}

export function aMail(id: string, change: Partial<KeptMail> = {}): KeptMail {
  return {
    id,
    to: 'ada@acme.test',
    subject: 'Verify your email address',
    text: 'Hello Ada,\n\nPlease confirm that this address is yours.\n\nVerify address: https://app.test/verify-email?token=a.b\n',
    html: '<!doctype html><html><body><p>Hello Ada,</p><p><a href="https://app.test/verify-email">Verify address</a></p></body></html>',
    sentAt: minutesAgo(2),
    ...change,
  }
}

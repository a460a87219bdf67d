import type { AuditEntry } from '#schema/contracts/audit'
import type { Invitation, Member, Organization } from '#schema/contracts/identity'
import { idOf, minutesAgo } from './api-data.ts'

const DAY_MINUTES = 24 * 60

/** An organization of the person's, who owns it unless told otherwise. */
export function anOrganization(id: string, change: Partial<Organization> = {}): Organization {
  return {
    id,
    name: 'Acme',
    slug: 'acme',
    logo: null,
    isPersonal: false,
    role: 'owner',
    memberCount: 3,
    createdAt: minutesAgo(60 * DAY_MINUTES),
    ...change,
  }
}

export function aMember(id: string, change: Partial<Member> = {}): Member {
  return {
    id,
    userId: `user-of-${id}`,
    name: 'Grace Hopper',
    email: 'grace@acme.test',
    image: null,
    role: 'member',
    joinedAt: minutesAgo(10 * DAY_MINUTES),
    ...change,
  }
}

export function anInvitation(id: string, change: Partial<Invitation> = {}): Invitation {
  return {
    id,
    email: 'alan@acme.test',
    role: 'member',
    status: 'pending',
    inviterName: 'Ada Lovelace',
    link: `https://app.acme.test/invite/${id}`,
    mailed: true,
    expiresAt: minutesAgo(-6.5 * DAY_MINUTES),
    createdAt: minutesAgo(0.5 * DAY_MINUTES),
    ...change,
  }
}

export function anAuditEntry(number: number, change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: idOf(number),
    at: minutesAgo(number),
    actor: { kind: 'user', id: 'user-ada', name: 'Ada Lovelace', apiKeyId: null, impersonatedBy: null },
    verb: 'update',
    subject: { kind: 'member', id: 'member-grace', label: 'grace@acme.test' },
    ip: '203.0.113.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0',
    requestId: 'req-2c81b7e0',
    traceId: null,
    before: { role: 'member' },
    after: { role: 'admin' },
    ...change,
  }
}

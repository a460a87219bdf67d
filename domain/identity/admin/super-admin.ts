import type { AccessSettings, SignedInPerson } from '../ports.ts'

/** A super admin is who the configuration names, by an address that was verified to be theirs (b6 §6.3). */
export function isSuperAdmin(access: AccessSettings, person: Pick<SignedInPerson, 'email' | 'emailVerified'>): boolean {
  return person.emailVerified && access.superAdminEmails.includes(person.email.toLowerCase())
}

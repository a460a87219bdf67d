import type { Kernel } from '#kernel/needs'
import { findPeople } from '../identity.store.ts'
import type { AccessNeeds } from '../ports.ts'
import { isSuperAdmin } from './super-admin.ts'

/** Which of these people are super admins at this moment. One statement, and none when there is nobody to ask about. */
export async function presentSuperAdmins(
  needs: Pick<Kernel, 'db'> & AccessNeeds,
  { userIds }: { userIds: readonly string[] },
): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const people = await findPeople(needs.db, userIds)
  return new Set(people.filter((person) => !person.suspended && isSuperAdmin(needs.access, person)).map(({ id }) => id))
}

import type { Kernel } from '#kernel/needs'
import type { Role } from '#schema/contracts/common'
import { findRoles } from '../identity.store.ts'
import { strongestRole } from '../policies.ts'

/** The roles that these people have at this moment; who is no member has none. One statement. */
export async function presentRoles(
  needs: Pick<Kernel, 'db'>,
  input: { organizationId: string; userIds: readonly string[] },
): Promise<Map<string, Role>> {
  const rows = await findRoles(needs.db, input.organizationId, input.userIds)
  const roles = new Map<string, Role>()
  for (const { userId, role } of rows) {
    const known = strongestRole(role)
    if (known) roles.set(userId, known)
  }
  return roles
}

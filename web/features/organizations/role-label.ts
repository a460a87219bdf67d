import type { Role } from '#schema/contracts/common'

const LABELS: Record<Role, string> = { owner: 'Owner', admin: 'Admin', member: 'Member', viewer: 'Viewer' }

/** How a role is called on the screen. */
export function roleLabel(role: Role): string {
  return LABELS[role]
}

/** How a sentence calls somebody in this role: "an admin". */
export function someoneAs(role: Role): string {
  if (role === 'owner') return 'the owner'
  return role === 'admin' ? 'an admin' : `a ${role}`
}

import type { AdminUser, Me } from '#schema/contracts/identity'

/** Whether it is who looks at the list, also while they see the product as somebody else. */
export function isOneself(me: Me, user: AdminUser): boolean {
  return user.id === me.user.id || user.id === me.impersonation?.adminId
}

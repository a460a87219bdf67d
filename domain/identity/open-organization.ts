import type { Kernel } from '#kernel/needs'
import { Suspended } from './errors.ts'
import { findBestMembership, findPerson, insertOwnOrganization } from './identity.store.ts'

/** Longest readable part of a slug made from a name. */
const SLUG_LENGTH = 40

/** `Ann Lee` → `ann-lee`; a name without a Latin letter or digit gives `workspace`. */
export function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase()
  const slug = plain.replace(/[^a-z0-9]+/g, '-').slice(0, SLUG_LENGTH).replace(/^-+|-+$/g, '')
  return slug === '' ? 'workspace' : slug
}

/** The id of the workspace that a person gets on signing up. */
export const personalOrganizationIdOf = (userId: string): string => `org_${userId}`

/**
 * The organization that a new sign-in starts on: the person's oldest, or one of their own that is made now, so that
 * nobody is ever signed in and nowhere (b6 §6.5). Its id derives from the person's: two first sign-ins at once make
 * one. The slug ends in the person's whole id, because equal names are common and a taken slug would leave its owner
 * without any. `nameOf` names a new one. Null when there is no such person. Throws `auth.suspended`.
 */
export async function openOrganization(
  needs: Pick<Kernel, 'db'>,
  input: { userId: string; nameOf: (person: { name: string; email: string }) => string },
): Promise<string | null> {
  const { userId } = input
  const known = await findBestMembership(needs.db, userId, { named: null, active: null })
  if (known?.suspended) throw Suspended()
  if (known) return known.id
  const person = await findPerson(needs.db, userId)
  if (!person) return null
  if (person.suspended) throw Suspended()
  const name = input.nameOf(person)
  const id = personalOrganizationIdOf(userId)
  const slug = `${slugOf(name)}-${userId.toLowerCase()}`
  await insertOwnOrganization(needs.db, { id, memberId: `mem_${userId}`, userId, name, slug })
  return id
}

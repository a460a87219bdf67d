import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { queryRows } from '#kernel/database'
import type { HttpWorld } from '../setup/http-world.ts'
import { addMember, type SignedIn } from '../setup/sign-in.ts'
import type { EndpointName, Persona } from './matrix.ts'
import { makeKey } from './things.ts'

export type People = Awaited<ReturnType<typeof signUpPeople>>

/** Everybody who asks, signed up once: signing up is slow on purpose. */
export async function signUpPeople(world: HttpWorld) {
  const names = ['foreign', 'viewer', 'member', 'admin', 'owner', 'suspended', 'colleague'] as const
  const people = await Promise.all(names.map(async (name) => [name, await world.signUp(name)] as const))
  const known = Object.fromEntries(people) as Record<(typeof names)[number], SignedIn>
  await queryRows(world.test.db, sql`update users set suspended_at = now() where id = ${known.suspended.userId}`)
  return known
}

/** A fresh organization in which everybody but the foreign person has a role. Gives its owner as seen there. */
export async function gather(world: HttpWorld, people: People): Promise<SignedIn> {
  const { db } = world.test
  const organizationId = randomUUID()
  await queryRows(
    db,
    sql`insert into organizations (id, name, slug) values (${organizationId}, 'Acme', ${`acme-${organizationId}`})`,
  )
  for (const role of ['owner', 'viewer', 'member', 'admin'] as const) {
    await addMember(db, { organizationId, userId: people[role].userId, role })
  }
  await addMember(db, { organizationId, userId: people.suspended.userId, role: 'owner' })
  await addMember(db, { organizationId, userId: people.colleague.userId, role: 'member' })
  return { ...people.owner, organizationId, bearer: { ...people.owner.bearer, 'x-organization-id': organizationId } }
}

/** Ends what was gathered; people own only so many organizations, and have only so many keys. */
export async function disperse(world: HttpWorld, organizationId: string): Promise<void> {
  await queryRows(world.test.db, sql`delete from organizations where id = ${organizationId}`)
}

/** The headers with which a persona asks about the organization. */
export async function headersOf(
  world: HttpWorld,
  given: { persona: Persona; people: People; owner: SignedIn; name: EndpointName },
): Promise<Record<string, string>> {
  const { persona, people, owner, name } = given
  if (persona === 'anonymous') return {}
  if (persona === 'foreign') return people.foreign.bearer
  // A scope for something else than what the endpoint is about.
  const scope = name.startsWith('runs.') ? 'webhooks:read' : 'runs:read'
  if (persona === 'unscoped key') return (await makeKey(world, owner, scope)).headers
  return { ...people[persona].bearer, 'x-organization-id': owner.organizationId }
}

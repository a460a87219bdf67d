import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HttpWorld, openHttpWorld } from '../setup/http-world.ts'
import { verify } from '../setup/people.ts'
import type { SignedIn } from '../setup/sign-in.ts'
import { generator, operationsOf } from './generate.ts'
import { disperse, gather, type People, signUpPeople } from './people.ts'
import { makeKey, makeThings } from './things.ts'

const REQUESTS = 5_000
const SEED = 20_260_601
/** A large part of the requests is answered at once; so many are under way at a time. */
const AT_ONCE = 8

let world: HttpWorld
let people: People
beforeAll(async () => {
  world = await openHttpWorld()
  people = await signUpPeople(world)
})
afterAll(() => world.test.close())

/** What would only slow the others down, or end what they work with. */
const SPARED = [
  ...['removeOrganization', 'deleteOrganization', 'leaveOrganization', 'transferOrganization', 'healthz', 'readyz'],
  ...['signOut', 'changePassword'],
]

/** Asks about fresh things of an organization; `failures` tells of each answer that is our fault, or was not declared. */
async function openSource() {
  const owner = await gather(world, people)
  const things = await makeThings(world, owner, people.colleague.userId)
  const document = await (await world.request('/openapi.json')).json()
  const operations = operationsOf(document).filter(({ operationId }) => !SPARED.includes(operationId))
  const random = generator(SEED, { ids: Object.values(things), document })
  const failures: string[] = []
  const statuses = new Map<number, number>()
  const send = async ({ operation, path, init, says }: ReturnType<typeof random.request>) => {
    const response = await world.request(path, init)
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    // Also what is streamed after its status must come to its end.
    const text = await response.text().catch((error: unknown) => `broke off: ${String(error)}`)
    const isDeclared = String(response.status) in operation.responses
    if (!isDeclared || text.startsWith('broke off')) failures.push(`${says} → ${response.status} ${text}`)
  }
  return { owner, operations, random, failures, statuses, send }
}

test(
  `${REQUESTS} requests made of /openapi.json, good, borderline and broken: none is answered 500, or what is not declared`,
  async () => {
    const { owner, operations, random, failures, statuses, send } = await openSource()
    const key = await makeKey(world, owner, 'sessions:write')
    const callers = [owner.bearer, owner.bearer, key.headers, people.member.bearer, people.foreign.bearer, {}]
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const chosen = Array.from({ length: AT_ONCE }, (_, index) => operations[(sent + index) % operations.length])
      await Promise.all(
        chosen.flatMap((operation) => (operation ? [send(random.request(operation, random.pick(callers)))] : [])),
      )
    }
    expect(failures).toEqual([])
    // The requests are no noise: some got through, and some were refused.
    for (const status of [200, 201, 400, 401, 403, 404]) expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0])
    await disperse(world, owner.organizationId)
  },
  180_000,
)

test(
  'every parameter of a path or query with what no column holds and no calendar has: likewise',
  async () => {
    const { owner, operations, random, failures, send } = await openSource()
    await makeSuperAdmin(people.owner)
    for (const operation of operations) await Promise.all(random.probes(operation, owner.bearer).map(send))
    expect(failures).toEqual([])
    await disperse(world, owner.organizationId)
  },
  180_000,
)

/** So that what is hidden from everybody else is asked as well. */
async function makeSuperAdmin({ userId, email }: SignedIn): Promise<void> {
  await verify(world, userId)
  world.platform.access = { ...world.platform.access, superAdminEmails: [email] }
}

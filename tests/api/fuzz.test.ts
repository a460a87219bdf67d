import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HttpWorld, openHttpWorld } from '../setup/http-world.ts'
import { generator, type OperationShape, operationsOf } from './generate.ts'
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
const SPARED = ['removeOrganization', 'deleteOrganization', 'leaveOrganization', 'transferOrganization', 'healthz', 'readyz']

test(
  `${REQUESTS} requests made of /openapi.json, good, borderline and broken: none is answered 500`,
  async () => {
    const owner = await gather(world, people)
    const things = await makeThings(world, owner, people.colleague.userId)
    const key = await makeKey(world, owner, 'sessions:write')
    const document = await (await world.request('/openapi.json')).json()
    const operations = operationsOf(document).filter(({ operationId }) => !SPARED.includes(operationId))
    const random = generator(SEED, { ids: Object.values(things), document })
    const callers = [owner.bearer, owner.bearer, key.headers, people.member.bearer, people.foreign.bearer, {}]

    const failures: string[] = []
    const statuses = new Map<number, number>()
    const send = async (operation: OperationShape) => {
      const { path, init, says } = random.request(operation, random.pick(callers))
      const response = await world.request(path, init)
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      const text = await response.text()
      if (response.status >= 500 && response.status !== 503) failures.push(`${says} → ${response.status} ${text}`)
    }
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const chosen = Array.from({ length: AT_ONCE }, (_, index) => operations[(sent + index) % operations.length])
      await Promise.all(chosen.flatMap((operation) => (operation ? [send(operation)] : [])))
    }
    expect(failures).toEqual([])
    // The requests are no noise: some got through, and some were refused.
    for (const status of [200, 201, 400, 401, 403, 404]) expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0])
    await disperse(world, owner.organizationId)
  },
  180_000,
)

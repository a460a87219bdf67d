import type { RouteConfig } from '@hono/zod-openapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hrefOf } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { type HttpWorld, openHttpWorld, post } from '../setup/http-world.ts'
import type { SignedIn } from '../setup/sign-in.ts'
import { BODIES } from './bodies.ts'
import { type EndpointName, MATRIX, PERSONAS } from './matrix.ts'
import { disperse, gather, headersOf, type People, signUpPeople } from './people.ts'
import { invite, makeKey, makeThings, MISSING, type Things } from './things.ts'

const all = Object.entries(endpoints).flatMap(([slice, routes]) =>
  Object.entries(routes).map(([name, route]): [EndpointName, RouteConfig] => [`${slice}.${name}` as EndpointName, route]),
)

let world: HttpWorld
let people: People
beforeAll(async () => {
  world = await openHttpWorld()
  people = await signUpPeople(world)
})
afterAll(() => world.test.close())

async function paramsOf(name: EndpointName, things: Things, owner: SignedIn): Promise<Record<string, string>> {
  const path = new Map(all).get(name)?.path ?? ''
  return {
    ...things,
    providerId: 'github',
    userCode: 'AAAA-0000',
    userId: people.colleague.userId,
    ...(path.includes('{invitationId}') ? { invitationId: await invite(world, owner) } : {}),
    ...(path.includes('{apiKeyId}') ? { apiKeyId: (await makeKey(world, owner, 'runs:read')).id } : {}),
  }
}

async function ask(route: RouteConfig, params: object, given: { headers: Record<string, string>; body: object | null }) {
  const { headers, body } = given
  const init = body ? { ...post(body, headers), method: route.method } : { method: route.method, headers }
  return world.request(hrefOf(route.path, { ...params }, QUERIES[route.path]), { ...init, method: route.method.toUpperCase() })
}

/** What an endpoint must be asked beside its path. */
const QUERIES: Record<string, Record<string, string>> = { '/api/audit/export': { format: 'csv' } }

const takesBody = (route: RouteConfig) => route.request?.body !== undefined

test('every endpoint has a row, and every row an endpoint', () => {
  expect(Object.keys(MATRIX).sort()).toEqual(all.map(([name]) => name).sort())
})

test('every endpoint that takes a body is asked with one', () => {
  expect(Object.keys(BODIES).sort()).toEqual(all.filter(([, route]) => takesBody(route)).map(([name]) => name).sort())
})

describe.each(all)('%s', (name, route) => {
  test('answers each persona as the table says', async () => {
    const seen: Record<string, unknown> = {}
    for (const persona of PERSONAS) {
      const owner = await gather(world, people)
      const things = await makeThings(world, owner, people.colleague.userId)
      const headers = await headersOf(world, { persona, people, owner, name })
      const body = BODIES[name]?.(things) ?? null
      const response = await ask(route, await paramsOf(name, things, owner), { headers, body })
      seen[persona] = response.status
      expect(Object.keys(route.responses)).toContain(String(response.status))
      await disperse(world, owner.organizationId)
    }
    expect(seen).toEqual(Object.fromEntries(PERSONAS.map((persona, index) => [persona, MATRIX[name]?.[index]])))
  })
})

/** Where a foreign person is told "not found": there must be no telling it from what does not exist. */
const hidden = all.filter(([name, route]) => MATRIX[name]?.[1] === 404 && route.path.includes('{'))

test.each(hidden)('%s: what is foreign looks, byte for byte, like what is missing', async (name, route) => {
  const owner = await gather(world, people)
  const things = await makeThings(world, owner, people.colleague.userId)
  const params = await paramsOf(name, things, owner)
  const missing = Object.fromEntries(Object.keys(params).map((key) => [key, MISSING]))
  const body = BODIES[name]?.(things) ?? null
  const headers = { ...people.foreign.bearer, 'x-request-id': 'the-same-request' }
  const [seen, expected] = [await ask(route, params, { headers, body }), await ask(route, missing, { headers, body })]
  expect([seen.status, [...seen.headers], await seen.text()]).toEqual([
    expected.status,
    [...expected.headers],
    await expected.text(),
  ])
})

describe('the live socket', () => {
  test('opens for members and above; viewers see lists and status only', async () => {
    const owner = await gather(world, people)
    const { sessionId } = await makeThings(world, owner, people.colleague.userId)
    const seen: Record<string, number> = {}
    for (const persona of PERSONAS) {
      const who = await headersOf(world, { persona, people, owner, name: 'sessions.events' })
      const headers = { ...who, upgrade: 'websocket' }
      seen[persona] = (await world.request(`/ws/sessions/${sessionId}`, { headers })).status
    }
    const opened = 204
    expect(seen).toEqual({
      anonymous: 401,
      foreign: 404,
      viewer: 403,
      member: opened,
      admin: opened,
      owner: opened,
      'unscoped key': 403,
      suspended: 403,
    })
  })
})


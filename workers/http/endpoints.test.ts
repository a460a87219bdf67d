import { beforeAll, describe, expect, test } from 'vitest'
import { AUTH_ROUTES } from '#schema/endpoints/auth'
import { endpoints } from '#schema/endpoints/index'
import { type HttpWorld, openHttpWorld } from '../../tests/setup/http-world.ts'

let world: HttpWorld
beforeAll(async () => {
  world = await openHttpWorld()
})

const ID = '01900000-0000-7000-8000-000000000000'
const { health, authOptions, device, dev, invitationInfo, ...closed } = endpoints
const all = Object.values(endpoints).flatMap((slice) => Object.values(slice))
const documented = [...all, ...AUTH_ROUTES]
const needSignIn = Object.values(closed).flatMap((slice) => Object.values(slice))

type Endpoint = (typeof all)[number]
const call = (route: Endpoint, headers: Record<string, string> = {}) => {
  const method = route.method.toUpperCase()
  const body = 'body' in ((route as { request?: object }).request ?? {}) ? { body: '{}' } : {}
  return world.request(route.path.replace(/\{\w+\}/g, ID), {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...body,
  })
}
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code

describe.each(all.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))('%s', (_, route) => {
  test('is served', async () => {
    const person = await signedIn()
    const response = await call(route, person.bearer)
    expect(await codeOf(response)).not.toBe('route.not_found')
    expect(response.status).toBeLessThan(500)
  })
})

let signed: ReturnType<HttpWorld['signUp']> | undefined
const signedIn = () => (signed ??= world.signUp())

test.each(needSignIn.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
  '%s → 401 without a sign-in, before anything of the request is looked at',
  async (_, route) => {
    const response = await call(route)
    expect([response.status, await codeOf(response)]).toEqual([401, 'auth.unauthenticated'])
  },
)

describe('GET /openapi.json', () => {
  interface Document {
    openapi: string
    paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown>; security?: unknown[] }>>
    components?: { schemas?: Record<string, unknown> }
  }
  const read = async () => {
    const response = await world.request('/openapi.json')
    expect(response.status).toBe(200)
    return (await response.json()) as Document
  }

  test('describes every endpoint, the routes of the identity library that we rely on, and no other', async () => {
    const document = await read()
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(described.sort()).toEqual(documented.map((route) => `${route.method} ${route.path}`).sort())
    expect(document.openapi).toBe('3.1.0')
  })

  test('names each operation once, with its answers', async () => {
    const operations = Object.values((await read()).paths).flatMap((methods) => Object.values(methods))
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(documented.length)
    for (const { responses } of operations) expect(Object.keys(responses).length).toBeGreaterThan(0)
  })

  test('says of each operation what any like it may be answered', async () => {
    const { paths } = await read()
    for (const route of all) {
      const operation = paths[route.path]?.[route.method]
      const isGuarded = needSignIn.some((one) => one === route)
      const takesBody = 'body' in ((route as { request?: object }).request ?? {})
      const expected = [
        ...(route.path.startsWith('/api/') ? ['429'] : []),
        ...(isGuarded ? ['401', '403', '503'] : []),
        ...(takesBody ? ['400', '403', '413', '415'] : []),
      ]
      expect([route.path, Object.keys(operation?.responses ?? {})]).toEqual([route.path, expect.arrayContaining(expected)])
      // The same as the guards decide by: who reads the document must know where to sign in.
      expect([route.path, operation?.security]).toEqual([route.path, isGuarded ? undefined : []])
    }
  })

  test('refers to nothing that it does not hold', async () => {
    const text = JSON.stringify(await read())
    const document = JSON.parse(text) as Document
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components?.schemas).toHaveProperty(name ?? '')
    }
  })

  test('says how to sign in', async () => {
    expect(await read()).toMatchObject({
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, cookie: { type: 'apiKey', in: 'cookie' } },
      },
    })
  })
})

test('health is for everybody', async () => {
  for (const route of Object.values(health)) expect((await call(route)).status).toBe(200)
})

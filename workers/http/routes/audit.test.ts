import { beforeAll, expect, test } from 'vitest'
import { type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

let world: HttpWorld
let owner: SignedIn
let created: Response
beforeAll(async () => {
  world = await openHttpWorld()
  owner = await world.signUp('Ann')
  const where = {
    'cf-connecting-ip': '203.0.113.7',
    'user-agent': 'curl/8',
    'x-request-id': 'request-12345',
    traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  }
  const repository = { name: 'acme/app', url: 'https://git.test/acme/app.git' }
  created = await world.request('/api/repositories', post(repository, { ...owner.bearer, ...where }))
})

type Entry = Record<string, unknown> & { actor: Record<string, unknown> }
const list = async (query: string, bearer = owner.bearer) => {
  const response = await world.request(`/api/audit${query}`, { headers: bearer })
  return { status: response.status, body: (await response.json()) as { items: Entry[]; nextCursor: string | null; code: string } }
}

test('GET /api/audit → 200 with who did what, from which address, in which request and trace', async () => {
  expect(created.status).toBe(201)
  const { status, body } = await list('?subject=repository')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    nextCursor: null,
    items: [
      {
        actor: { kind: 'user', id: owner.userId, name: 'Ann' },
        verb: 'create',
        subject: { kind: 'repository', label: 'acme/app' },
        ip: '203.0.113.7',
        userAgent: 'curl/8',
        requestId: 'request-12345',
        traceId: TRACE,
      },
    ],
  })
})

test('GET /api/audit → 401 for nobody, 403 for a member and for a viewer, 400 for a filter that is none', async () => {
  expect((await list('', {} as typeof owner.bearer)).status).toBe(401)
  for (const role of ['member', 'viewer'] as const) {
    expect(await list('', (await world.memberOf(owner, role)).bearer)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } })
  }
  for (const query of ['?from=yesterday', '?verb=DROP%20TABLE', '?cursor=1', '?limit=1000']) {
    expect([query, (await list(query)).status]).toEqual([query, 400])
  }
  expect((await list('', (await world.memberOf(owner, 'admin')).bearer)).status).toBe(200)
})

test('an instant is taken in any zone of ISO 8601, and refused beyond the years that the database reads', async () => {
  const year = (from: string) => `?from=${encodeURIComponent(from)}`
  for (const from of ['2026-01-01T00:00:00+23:00', '1900-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
    expect([from, (await list(year(from))).status]).toEqual([from, 200])
  }
  for (const from of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+15:00', '9999-12-31T23:59:59-15:00']) {
    expect([from, (await list(year(from))).status]).toEqual([from, 400])
    const refused = await world.request(`/api/audit/export${year(from)}&format=csv`, { headers: owner.bearer })
    expect([from, refused.status]).toEqual([from, 400])
  }
  expect((await list('?verb=export')).body.items).toEqual([])
})

test('GET /api/audit/export → a file of either format', async () => {
  const csv = await world.request('/api/audit/export?format=csv&subject=repository', { headers: owner.bearer })
  expect(csv.status).toBe(200)
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"')
  expect((await csv.text()).trimEnd().split('\r\n')).toHaveLength(2)
  const ndjson = await world.request('/api/audit/export?format=ndjson&verb=export', { headers: owner.bearer })
  expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson')
  expect(JSON.parse((await ndjson.text()).trim().split('\n')[0] ?? '')).toMatchObject({ verb: 'export' })
})

test('GET /api/audit/export → 400 without a format, 403 for a member, in a problem and not in half a file', async () => {
  expect((await world.request('/api/audit/export', { headers: owner.bearer })).status).toBe(400)
  const member = await world.memberOf(owner, 'member')
  const refused = await world.request('/api/audit/export?format=csv', { headers: member.bearer })
  expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'application/problem+json'])
})

test('a request begins a trace of its own unless it brings one', async () => {
  const bring = (traceparent: string) => world.request('/healthz', { headers: { traceparent } })
  await bring(`00-${TRACE}-00f067aa0ba902b7-01`)
  expect(world.bounds.at(-1)).toMatchObject({ traceId: TRACE })
  await bring('garbage')
  expect(world.bounds.at(-1)?.['traceId']).toMatch(/^(?!4bf9)[0-9a-f]{32}$/)
})

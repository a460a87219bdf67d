import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, MINUTE_MS } from '#kernel/durations'
import { queryRows } from '#kernel/database'
import { collectIdempotencyKeys } from '#domain/identity'
import type { Automation } from '#schema/contracts/automations'
import { endpoints } from '#schema/endpoints/index'
import { type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'
import { declaredRoutes, declaresHeader } from '../routes/rules.ts'

let world: HttpWorld
let ann: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  ann = await world.signUp('Ann')
})

let count = 0
const freshKey = () => `key-${(count += 1)}-of-the-test`

async function create(body: object, key: string, by = ann) {
  const response = await world.request('/api/automations', post(body, { ...by.bearer, 'idempotency-key': key }))
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const codeOf = (text: string) => (JSON.parse(text) as { code: string }).code
async function automationsOf(by: SignedIn) {
  const response = await world.request('/api/automations', { headers: by.bearer })
  return ((await response.json()) as { items: Automation[] }).items
}

describe('the same request with the same Idempotency-Key', () => {
  test('→ the same status and body, byte for byte, and one thing made', async () => {
    const cy = await world.signUp('Cy')
    const key = freshKey()
    const [first, second] = [await create({ name: 'Once' }, key, cy), await create({ name: 'Once' }, key, cy)]
    expect([second.status, second.text]).toEqual([201, first.text])
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true'])
    expect(await automationsOf(cy)).toHaveLength(1)
  })

  test('is the same whatever the order of its keys', async () => {
    const key = freshKey()
    const first = await create({ name: 'A', enabled: false }, key)
    expect((await create({ enabled: false, name: 'A' }, key)).text).toBe(first.text)
  })

  test('→ 422 idempotency.key_reused with another body', async () => {
    const key = freshKey()
    await create({ name: 'One' }, key)
    const other = await create({ name: 'Two' }, key)
    expect([other.status, codeOf(other.text)]).toEqual([422, 'idempotency.key_reused'])
  })

  test('→ 403 auth.forbidden, and not the answer, for whoever has other rights by now', async () => {
    const admin = await world.memberOf(ann, 'admin')
    const headers = { ...admin.bearer, 'idempotency-key': freshKey() }
    const path = `/api/organizations/${ann.organizationId}/invitations`
    const invite = () => world.request(path, post({ email: 'new@people.example', role: 'member' }, headers))
    expect([(await invite()).status, (await invite()).status]).toEqual([201, 201])
    await queryRows(world.test.db, sql`update members set role = 'viewer' where user_id = ${admin.userId}
      and organization_id = ${ann.organizationId}`)
    const refused = await invite()
    expect([refused.status, codeOf(await refused.text())]).toEqual([403, 'auth.forbidden'])
  })

  test('is done anew after a day, and by somebody else', async () => {
    const key = freshKey()
    const first = await create({}, key)
    const colleague = await world.memberOf(ann, 'member')
    expect((await create({}, key, colleague)).text).not.toBe(first.text)
    world.test.clock.advance(DAY_MS)
    const next = await create({ name: 'Other' }, key)
    expect([next.status, next.text === first.text]).toEqual([201, false])
  })

  test('may be tried again when it failed: a refusal is not kept', async () => {
    const key = freshKey()
    const viewer = await world.memberOf(ann, 'viewer')
    expect((await create({}, key, viewer)).status).toBe(403)
    await queryRows(world.test.db, sql`update members set role = 'member' where user_id = ${viewer.userId}
      and organization_id = ${ann.organizationId}`)
    expect((await create({}, key, viewer)).status).toBe(201)
  })
})

describe('twenty at the same time with one key', () => {
  test('→ one is made; the others get its answer, or 409 idempotency.in_flight that says to try again', async () => {
    const di = await world.signUp('Di')
    const key = freshKey()
    const answers = await Promise.all(Array.from({ length: 20 }, () => create({ name: 'Raced' }, key, di)))
    expect(await automationsOf(di)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 201)
    expect(refused.map(({ status, text }) => [status, codeOf(text)])).toEqual(
      refused.map(() => [409, 'idempotency.in_flight']),
    )
    for (const { headers } of refused) expect(headers.get('retry-after')).toBe('1')
    const [made] = await automationsOf(di)
    expect(made).toMatchObject(JSON.parse((await create({ name: 'Raced' }, key, di)).text) as object)
  })

  test('a claim whose holder died is taken over after a minute, by the same request only', async () => {
    const key = freshKey()
    const answer = await create({ name: 'Died' }, key)
    expect(answer.status).toBe(201)
    await queryRows(world.test.db, sql`update idempotency_keys set status = null, sealed_body = null where key = ${key}`)
    expect(codeOf((await create({ name: 'Died' }, key)).text)).toBe('idempotency.in_flight')
    world.test.clock.advance(MINUTE_MS + 1)
    expect(codeOf((await create({ name: 'Else' }, key)).text)).toBe('idempotency.key_reused')
    expect((await create({ name: 'Died' }, key)).status).toBe(201)
  })
})

test('answers are sealed at rest: what shows a secret once shows it to nobody who reads the table', async () => {
  const headers = { ...ann.bearer, 'idempotency-key': freshKey() }
  const made = await world.request('/api/webhook-endpoints', post({ provider: 'github' }, headers))
  const { secret } = (await made.json()) as { secret: string }
  const rows = await queryRows(world.test.db, sql`select * from idempotency_keys`)
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(rows)).not.toContain(secret)
})

test('a key that is too short is refused like any other header that is not valid', async () => {
  const answer = await create({}, 'short')
  expect([answer.status, codeOf(answer.text)]).toEqual([400, 'request.invalid'])
})

test('what is older than a day is collected', async () => {
  world.test.clock.advance(DAY_MS)
  await collectIdempotencyKeys(world.test)
  await create({}, freshKey())
  expect(await collectIdempotencyKeys(world.test)).toBe(0)
  world.test.clock.advance(DAY_MS)
  expect(await collectIdempotencyKeys(world.test)).toBe(1)
  expect(await queryRows(world.test.db, sql`select 1 from idempotency_keys`)).toEqual([])
})

test('every route of a signed-in caller that answers 201 takes an Idempotency-Key', () => {
  const { device: _public } = endpoints
  const open = new Set(Object.values(_public).map(({ path }) => path))
  const without = declaredRoutes.filter(
    (route) => '201' in route.responses && !declaresHeader(route, 'idempotency-key') && !open.has(route.path as never),
  )
  expect(without.map(({ path }) => path)).toEqual([])
})

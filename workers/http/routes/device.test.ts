import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditRowOf } from '#domain/identity'
import { queryRows } from '#kernel/database'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { auditLog } from '#schema/tables/index'
import { consumeDeviceAcrossOrganizations } from '../../../domain/identity/devices/devices.store.ts'
import { userCodeOf } from '../../../domain/identity/devices/user-code.ts'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { asker } from '../../../tests/setup/people.ts'
import { raceOn } from '../../../tests/setup/race.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
let ann: SignedIn
beforeEach(async () => {
  world = await openHttpWorld()
  ask = asker(world)
  ann = await world.signUp('Ann')
})

const start = async () => (await ask('POST /api/device/code', {}, { clientName: 'CLI' })).body
const poll = async (deviceCode: unknown) => {
  const { status, body } = await ask('POST /api/device/token', {}, { deviceCode })
  return status === 200 ? body : body['error']
}
const allow = async (by: SignedIn, userCode: unknown) => {
  const { status, body } = await ask('POST /api/device/authorize', by.bearer, { userCode, organizationId: by.organizationId })
  return [status, body.code]
}

test('a person allows a device by its code, however typed, and the device gets a key for 90 days, once', async () => {
  const { userCode, deviceCode, verificationUrl, expiresInSeconds, intervalSeconds } = await start()
  expect(String(userCode)).toMatch(/^[A-HJ-NP-Z]{4}-\d{4}$/)
  expect(verificationUrl).toBe(`https://app.test/device?code=${String(userCode)}`)
  expect([expiresInSeconds, intervalSeconds]).toEqual([900, 5])
  expect(await poll(deviceCode)).toBe('authorization_pending')
  const shown = await ask(`GET /api/device/${String(userCode)}`, ann.bearer)
  expect(shown).toMatchObject({ status: 200, body: { status: 'pending', clientName: 'CLI' } })
  const typed = ` ${String(userCode).toLowerCase().replace('-', ' ')} `
  expect(await allow(ann, typed)).toEqual([200, undefined])
  world.test.clock.advance(6 * SECOND_MS)
  const token = (await poll(deviceCode)) as Record<string, unknown>
  expect(token).toMatchObject({ user: { email: ann.email }, organization: { id: ann.organizationId } })
  expect(String(token['token'])).toMatch(/^pk_cli_/)
  expect((await ask('GET /api/runs', { authorization: `Bearer ${String(token['token'])}` })).status).toBe(200)
  world.test.clock.advance(6 * SECOND_MS)
  expect(await poll(deviceCode)).toBe('invalid_device_code')
  expect((await ask('GET /api/api-keys', ann.bearer)).body.items).toMatchObject([{ name: 'cli-token' }])
})

test('an allowed code cannot be allowed again by somebody else, a denied one gives nothing', async () => {
  const bo = await world.signUp('Bo')
  const first = await start()
  expect(await allow(ann, first['userCode'])).toEqual([200, undefined])
  expect(await allow(bo, first['userCode'])).toEqual([409, 'device.code_used'])
  const second = await start()
  expect((await ask('POST /api/device/deny', ann.bearer, { userCode: second['userCode'] })).status).toBe(200)
  expect(await poll(second['deviceCode'])).toBe('access_denied')
  const decided = await world.test.db.select().from(auditLog).where(eq(auditLog.subjectKind, 'device')).orderBy(auditLog.id)
  expect(decided).toMatchObject([
    { verb: 'authorize', subjectLabel: first['userCode'], organizationId: ann.organizationId },
    { verb: 'reject', subjectLabel: second['userCode'], organizationId: ann.organizationId, actorId: ann.userId },
  ])
  expect(await allow(ann, second['userCode'])).toEqual([409, 'device.code_used'])
})

test('a code ends after fifteen minutes, also when it was allowed; asking too often slows down', async () => {
  const { userCode, deviceCode } = await start()
  expect(await poll(deviceCode)).toBe('authorization_pending')
  expect(await poll(deviceCode)).toBe('slow_down')
  world.test.clock.advance(6 * SECOND_MS)
  expect(await poll(deviceCode)).toBe('slow_down')
  const other = await start()
  await allow(ann, other['userCode'])
  world.test.clock.advance(15 * MINUTE_MS)
  expect(await allow(ann, userCode)).toEqual([400, 'device.code_expired'])
  expect(await poll(other['deviceCode'])).toBe('expired_token')
  expect(await poll('invented')).toBe('invalid_device_code')
})

test('of five polls at once one gets the key', async () => {
  const { userCode, deviceCode } = await start()
  await allow(ann, userCode)
  const answers = await Promise.all(Array.from({ length: 5 }, () => poll(deviceCode)))
  expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(1)
  expect((await ask('GET /api/api-keys', ann.bearer)).body.items).toHaveLength(1)
})

test('of ten polls that all saw the code allowed, one gets the key', async () => {
  const { userCode } = await start()
  await allow(ann, userCode)
  const { db, databaseUrl, clock } = world.test
  const [device] = await queryRows(db, sql`select id from device_codes where user_code = ${String(userCode)}`)
  const deviceId = String(device?.['id'])
  const consume = () => {
    const id = randomUUID()
    const key = { id, keyHash: id, name: 'cli-token', start: 'pk_cli_', scopes: [], now: clock.now(), expiresAt: null }
    const actor = { kind: 'user' as const, id: ann.userId, name: '', organizationId: ann.organizationId }
    const audit = auditRowOf(world.test, { actor, verb: 'create', subject: { kind: 'api_key', id, label: key.name } })
    return consumeDeviceAcrossOrganizations(db, { ...key, deviceId, maxKeys: 20, audit }).catch(() => 'no slot')
  }
  const lock = `select id from device_codes where id = '${deviceId}'`
  const answers = await raceOn(databaseUrl, { lock, contenders: () => Array.from({ length: 10 }, consume) })
  expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1)
  const again = await consume()
  expect(again).toBeUndefined()
  expect((await ask('GET /api/api-keys', ann.bearer)).body.items).toHaveLength(1)
  const log = await db.select().from(auditLog).where(eq(auditLog.subjectKind, 'api_key'))
  expect(log).toMatchObject([{ verb: 'create', actorName: 'Ann' }])
})

test('a device cannot be let into an organization that is not one\'s own; guessing codes ends after ten', async () => {
  const bo = await world.signUp('Bo')
  const { userCode } = await start()
  const foreign = { userCode, organizationId: bo.organizationId }
  expect((await ask('POST /api/device/authorize', ann.bearer, foreign)).status).toBe(403)
  for (let guess = 0; guess < 9; guess += 1) expect((await allow(ann, 'ABCD-0000'))[0]).toBe(400)
  expect(await allow(ann, userCode)).toEqual([429, 'auth.too_many_attempts'])
  world.test.clock.advance(11 * MINUTE_MS)
  expect(await allow(ann, userCode)).toEqual([200, undefined])
})

test('POST /api/device/code → 429 for the eleventh of one address within a minute; another address is not touched by it', async () => {
  const from = async (address: string) =>
    (await ask('POST /api/device/code', { 'cf-connecting-ip': address }, { clientName: 'CLI' })).status
  const first = await Promise.all(Array.from({ length: 11 }, () => from('203.0.113.1')))
  expect(first.sort()).toEqual([...Array.from({ length: 10 }, () => 201), 429])
  expect(await from('203.0.113.2')).toBe(201)
  world.test.clock.advance(2 * MINUTE_MS)
  expect(await from('203.0.113.1')).toBe(201)
})

test('GET /api/device/:userCode → 429 after ten guesses, also for a code that exists', async () => {
  const { userCode } = await start()
  const show = async (code: unknown) => (await ask(`GET /api/device/${String(code)}`, ann.bearer)).status
  for (let guess = 0; guess < 10; guess += 1) expect(await show('ABCD-0000')).toBe(404)
  expect([await show('ABCD-0000'), await show(userCode), (await allow(ann, userCode))[0]]).toEqual([429, 429, 429])
  world.test.clock.advance(11 * MINUTE_MS)
  expect(await show(userCode)).toBe(200)
})

test('DELETE /api/device/token → 200 ends the key it is sent with and no other; 404 without a key', async () => {
  const { userCode, deviceCode } = await start()
  await allow(ann, userCode)
  const other = await ask('POST /api/api-keys', ann.bearer, { name: 'CI', scopes: ['runs:read'] })
  const { token } = (await poll(deviceCode)) as { token: string }
  const key = { authorization: `Bearer ${token}` }
  expect((await ask('DELETE /api/device/token', key)).status).toBe(200)
  expect([(await ask('GET /api/runs', key)).status, (await ask('DELETE /api/device/token', key)).status]).toEqual([401, 401])
  expect((await ask('GET /api/api-keys', ann.bearer)).body.items).toMatchObject([{ id: other.body['id'] }])
  expect(await ask('DELETE /api/device/token', ann.bearer)).toMatchObject({ status: 404, body: { code: 'api_key.not_found' } })
  const log = await world.test.db.select().from(auditLog).where(eq(auditLog.verb, 'delete'))
  expect(log).toMatchObject([{ actorKind: 'api_key', actorId: ann.userId, subjectKind: 'api_key', subjectLabel: 'cli-token' }])
})

test('user codes pass over bytes that would make some letters likelier, and want more when they run out', () => {
  expect(userCodeOf('00010203' + '00010203')).toBe('ABCD-0123')
  expect(userCodeOf('ff'.repeat(3) + '00000000' + 'ff' + '01010101')).toBe('AAAA-1111')
  expect(userCodeOf('ff'.repeat(32))).toBeNull()
})

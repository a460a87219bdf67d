import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemDigest } from '../../../adapters/crypto/digest.ts'
import { readNangoEnvelope } from './envelope.ts'
import { verifyNango } from './signature.ts'

const whose = { connectionId: 'c-1', providerConfigKey: 'linear-prod' }

test('a webhook that is passed on names the connection and carries what the provider sent', () => {
  const payload = { action: 'create', type: 'Issue' }
  expect(readNangoEnvelope({ from: 'linear', type: 'forward', ...whose, payload })).toEqual({
    kind: 'forward',
    from: 'linear',
    ...whose,
    payload,
  })
})

test('a connection that was made, renewed or lost says whether it works', () => {
  const told = { from: 'nango', type: 'auth', operation: 'creation', authMode: 'OAUTH2', provider: 'linear', ...whose }
  expect(readNangoEnvelope({ ...told, success: true })).toEqual({ kind: 'auth', ...whose, success: true })
  const lost = { ...told, operation: 'refresh', success: false, error: { type: 'refresh', description: 'revoked' } }
  expect(readNangoEnvelope(lost)).toEqual({ kind: 'auth', ...whose, success: false })
})

test.each(['creation', 'override', undefined])(
  'an attempt to connect that fails (%s) is no news of the connection there is',
  (operation) => {
    const told = { from: 'nango', type: 'auth', operation, ...whose, success: false }
    expect(readNangoEnvelope(told)).toEqual({ kind: 'unattributed' })
  },
)

test('a sync that ran is told apart', () => {
  const told = { from: 'nango', type: 'sync', syncName: 'issues', model: 'Issue', success: true, ...whose }
  expect(readNangoEnvelope(told)).toEqual({ kind: 'sync', ...whose })
})

test.each([
  [{ action: 'create', type: 'Issue', organizationId: 'o' }],
  [{ from: 'linear', type: 'forward', providerConfigKey: 'linear-prod', payload: {} }],
  [{ from: 'linear', type: 'auth', ...whose, success: true }],
  [{ from: 'linear', type: 'sync', ...whose }],
  [{ from: 'nango', type: 'auth', ...whose, success: 'yes' }],
  [{ from: 'nango', type: 'async_action', ...whose }],
  [{ from: 'linear', type: 'forward', connectionId: '', providerConfigKey: 'x', payload: {} }],
])('%j belongs to no connection', (json) => {
  expect(readNangoEnvelope(json)).toEqual({ kind: 'unattributed' })
})

test('whatever is sent, reading it never throws', () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => void readNangoEnvelope(json)))
})

const rawBody = new TextEncoder().encode('{"from":"nango"}')
const verify = (headers: Record<string, string>, body = rawBody) =>
  verifyNango(systemDigest, { headers, rawBody: body, receivedAt: new Date('2026-11-21T10:00:00.000Z') }, 's3cret')

test('the signature is a hex HMAC of the raw bytes', async () => {
  const signature = await systemDigest.hmac('s3cret', rawBody)
  expect(await verify({ 'x-nango-hmac-sha256': signature })).toEqual({ ok: true })
  expect(await verify({ 'x-nango-hmac-sha256': signature.toUpperCase() })).toEqual({ ok: true })
  const wrong = { ok: false, reason: 'wrong_signature' }
  expect(await verify({ 'x-nango-hmac-sha256': `${signature}0` })).toEqual(wrong)
  expect(await verify({ 'x-nango-hmac-sha256': 'ab'.repeat(32) })).toEqual(wrong)
  const other = new TextEncoder().encode('{"from": "nango"}')
  expect(await verify({ 'x-nango-hmac-sha256': signature }, other)).toEqual(wrong)
})

test('the older hash of secret and body is not a signature', async () => {
  const hash = await systemDigest.sha256(`s3cret${new TextDecoder().decode(rawBody)}`)
  expect(await verify({ 'x-nango-signature': hash })).toEqual({ ok: false, reason: 'missing_signature' })
})

import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { linearIssueEvent, signedByLinear } from '../../../../tests/fixtures/linear/payloads.ts'
import { verifyLinear } from './signature.ts'

const crypto = {
  hmac: async (key: string, data: string | Uint8Array) => createHmac('sha256', key).update(data).digest('hex'),
  equal: (a: string, b: string) => a === b,
}
const secret = 'lin_wh_secret'
const payload = linearIssueEvent('create')
const sentAt = payload.webhookTimestamp

const verify = (
  given: object = payload,
  receivedAt = sentAt + 500,
  change: Record<string, string | undefined> = {},
) => {
  const { rawBody, headers } = signedByLinear({ type: 'Issue', ...given }, secret)
  const merged = Object.entries({ ...headers, ...change }).filter(([, value]) => value !== undefined)
  const request = {
    rawBody,
    headers: Object.fromEntries(merged) as Record<string, string>,
    receivedAt: new Date(receivedAt),
  }
  return verifyLinear(crypto, request, secret)
}

test('a delivery signed within the last minute verifies', async () => {
  expect(await verify()).toEqual({ ok: true })
  expect(await verify(payload, sentAt + 60_000)).toEqual({ ok: true })
})

test('a missing, a foreign and a malformed signature are refused', async () => {
  expect(await verify(payload, sentAt, { 'linear-signature': undefined })).toEqual({
    ok: false,
    reason: 'missing_signature',
  })
  expect(await verify(payload, sentAt, { 'linear-signature': 'a'.repeat(64) })).toEqual({
    ok: false,
    reason: 'wrong_signature',
  })
  expect(await verify(payload, sentAt, { 'linear-signature': 'abc' })).toEqual({ ok: false, reason: 'wrong_signature' })
})

test('a delivery sent more than a minute ago, or ahead of us, is a replayed one', async () => {
  const stale = { ok: false, reason: 'stale_signature' }
  expect(await verify(payload, sentAt + 60_001)).toEqual(stale)
  expect(await verify(payload, sentAt - 60_001)).toEqual(stale)
})

test('a header with a fresh time does not make an old delivery new: only the body is signed', async () => {
  const late = sentAt + 3_600_000
  expect(await verify(payload, late, { 'linear-timestamp': String(late) })).toMatchObject({ reason: 'stale_signature' })
})

test('a body without a time is refused, also when a text in it looks like one', async () => {
  const { webhookTimestamp: _, ...untimed } = payload
  expect(await verify(untimed)).toMatchObject({ reason: 'stale_signature' })
  const told = { ...untimed, data: { description: `"webhookTimestamp":${sentAt}` } }
  expect(await verify(told)).toMatchObject({ reason: 'stale_signature' })
})

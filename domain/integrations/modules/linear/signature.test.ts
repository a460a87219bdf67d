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

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

test.each([
  ['at once', 500],
  ['a minute later', MINUTE_MS + 5_000],
  ['an hour after that', HOUR_MS + MINUTE_MS + 10_000],
  ['six hours after that', 7 * HOUR_MS + MINUTE_MS + 15_000],
])('a delivery verifies that arrives %s, when Linear sends what failed once more', async (_, delayMs) => {
  expect(await verify(payload, sentAt + delayMs)).toEqual({ ok: true })
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

test('a delivery older than its last retry, or more than a minute ahead of us, is a replayed one', async () => {
  const stale = { ok: false, reason: 'stale_signature' }
  expect(await verify(payload, sentAt + 7.5 * HOUR_MS)).toEqual({ ok: true })
  expect(await verify(payload, sentAt + 7.5 * HOUR_MS + 1)).toEqual(stale)
  expect(await verify(payload, sentAt - MINUTE_MS)).toEqual({ ok: true })
  expect(await verify(payload, sentAt - MINUTE_MS - 1)).toEqual(stale)
})

test('a header with a fresh time does not make an old delivery new: only the body is signed', async () => {
  const late = sentAt + 24 * HOUR_MS
  expect(await verify(payload, late, { 'linear-timestamp': String(late) })).toMatchObject({ reason: 'stale_signature' })
})

test('a body without a time is refused, also when a text in it looks like one', async () => {
  const { webhookTimestamp: _, ...untimed } = payload
  expect(await verify(untimed)).toMatchObject({ reason: 'stale_signature' })
  const told = { ...untimed, data: { description: `"webhookTimestamp":${sentAt}` } }
  expect(await verify(told)).toMatchObject({ reason: 'stale_signature' })
})

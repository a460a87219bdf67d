import { expect, test } from 'vitest'
import { systemDigest } from '../../../../adapters/crypto/digest.ts'
import { carriedByJira, jiraIssueEvent, signedByJira } from '../../../../tests/fixtures/jira/payloads.ts'
import { verifyJira } from './signature.ts'

const secret = 'client-secret'
const receivedAt = new Date('2026-11-21T10:00:00.000Z')
const now = receivedAt.getTime() / 1_000
const payload = jiraIssueEvent('jira:issue_created')
const claims = { iss: 'jira', iat: now, exp: now + 180 }

const verify = (request: { rawBody: Uint8Array; headers: Record<string, string> }) =>
  verifyJira(systemDigest, { ...request, receivedAt }, secret)
const wrong = { ok: false, reason: 'wrong_signature' }
const stale = { ok: false, reason: 'stale_signature' }

test('what an OAuth 2.0 app registered is verified by the JWT that comes along', async () => {
  expect(await verify(carriedByJira(payload, secret, { claims }))).toEqual({ ok: true })
  expect(await verify(carriedByJira(payload, 'another', { claims }))).toEqual(wrong)
})

test('a token that is signed otherwise, or not at all, is refused', async () => {
  for (const alg of ['none', 'HS512', 'RS256', undefined]) {
    expect(await verify(carriedByJira(payload, secret, { claims, header: { alg } }))).toEqual(wrong)
  }
  for (const token of ['abc', 'a.b.c', `${btoa('{"alg":"HS256"}')}.e30.`, 'x'.repeat(10_000)]) {
    const request = carriedByJira(payload, secret, { claims })
    expect(await verify({ ...request, headers: { authorization: `Bearer ${token}` } })).toEqual(wrong)
  }
})

test('a token is good until it ends, give or take a minute; one without an end is refused', async () => {
  const until = (exp: unknown) => verify(carriedByJira(payload, secret, { claims: { ...claims, exp } }))
  expect(await until(now - 59)).toEqual({ ok: true })
  expect(await until(now - 60)).toEqual(stale)
  expect(await until(undefined)).toEqual(stale)
  expect(await until('later')).toEqual(stale)
})

test('a signature of the body counts alone: a good token beside a wrong one helps nobody', async () => {
  const { rawBody, headers } = carriedByJira(payload, secret, { claims })
  const signed = signedByJira(payload, 'another')
  expect(await verify({ rawBody, headers: { ...headers, ...signed.headers } })).toEqual(wrong)
  const bare = { rawBody, headers: { authorization: 'Basic abc' } }
  expect(await verify(bare)).toEqual({ ok: false, reason: 'missing_signature' })
})

test('a challenge is answered, and only when its sender is known', async () => {
  const challenge = { challenge: 'abc-123' }
  const answer = { status: 200, contentType: 'text/plain', body: 'abc-123' }
  expect(await verify(signedByJira(challenge, secret))).toEqual({ ok: true, answer })
  expect(await verify(carriedByJira(challenge, secret, { claims }))).toEqual({ ok: true, answer })
  expect(await verify(signedByJira(challenge, 'another'))).toEqual(wrong)
  expect(await verify(signedByJira({ ...payload, ...challenge }, secret))).toEqual({ ok: true })
})

import { expect, test } from 'vitest'
import { systemDigest } from '../../../../adapters/crypto/digest.ts'
import { slackChallenge, slackDelivery } from '../../../../tests/fixtures/slack/documented.ts'
import { verifySlack } from './signature.ts'

// The example of Slack's documentation on verifying requests.
const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const timestamp = '1531420618'
const body =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
  '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
  '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
  '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'

interface Given {
  header?: string | undefined
  at?: string | undefined
  text?: string
  receivedAt?: Date
}

function verify(given: Given = {}) {
  const { header = signature, at = timestamp, text = body, receivedAt = new Date(1_531_420_618_000) } = given
  const headers: Record<string, string> = { 'x-slack-signature': header, 'x-slack-request-timestamp': at }
  return verifySlack(systemDigest, { headers, rawBody: new TextEncoder().encode(text), receivedAt }, secret)
}

async function signed(text: string) {
  return verify({ text, header: `v0=${await systemDigest.hmac(secret, `v0:${timestamp}:${text}`)}` })
}

test("the documentation's own example verifies", async () => {
  expect(await verify()).toEqual({ ok: true })
})

test('a missing, a foreign and a malformed signature are refused', async () => {
  expect(await verify({ header: '' })).toEqual({ ok: false, reason: 'missing_signature' })
  expect(await verify({ at: '' })).toEqual({ ok: false, reason: 'missing_signature' })
  for (const header of [signature.replace('a211', 'a212'), signature.replace('v0', 'v1'), `${signature}0`, 'v0=']) {
    expect(await verify({ header })).toEqual({ ok: false, reason: 'wrong_signature' })
  }
  expect(await verify({ text: `${body} ` })).toEqual({ ok: false, reason: 'wrong_signature' })
  expect(await verify({ at: '1531420619' })).toEqual({ ok: false, reason: 'wrong_signature' })
  expect(await verify({ at: '0x5b47' })).toEqual({ ok: false, reason: 'wrong_signature' })
})

test('a signature is good for five minutes, before and after', async () => {
  const after = (seconds: number) => verify({ receivedAt: new Date((1_531_420_618 + seconds) * 1_000) })
  expect(await after(300)).toEqual({ ok: true })
  expect(await after(301)).toEqual({ ok: false, reason: 'stale_signature' })
  expect(await after(-301)).toEqual({ ok: false, reason: 'stale_signature' })
})

test('a time that is no number of seconds is refused, even signed', async () => {
  const header = `v0=${await systemDigest.hmac(secret, `v0:soon:${body}`)}`
  expect(await verify({ at: 'soon', header })).toEqual({ ok: false, reason: 'wrong_signature' })
})

test('a challenge is answered, and only when the signature is right', async () => {
  const text = JSON.stringify(slackChallenge)
  expect(await signed(text)).toEqual({
    ok: true,
    answer: { status: 200, contentType: 'text/plain', body: slackChallenge.challenge },
  })
  expect(await verify({ text })).toEqual({ ok: false, reason: 'wrong_signature' })
})

test('what only looks like a challenge is a delivery like any other', async () => {
  const said = JSON.stringify(slackDelivery({ text: 'what is url_verification?' }))
  for (const text of [said, 'url_verification', JSON.stringify({ type: 'url_verification', challenge: 7 })]) {
    expect(await signed(text)).toEqual({ ok: true })
  }
})

import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifySignature } from './signature.ts'

const crypto = {
  hmac: async (key: string, data: string | Uint8Array) => createHmac('sha256', key).update(data).digest('hex'),
  equal: (a: string, b: string) => a === b,
}
// The example of GitHub's documentation on validating deliveries.
const secret = "It's a Secret to Everybody"
const rawBody = new TextEncoder().encode('Hello, World!')
const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'

function verify(header: string | undefined, body = rawBody) {
  const headers: Record<string, string> = header === undefined ? {} : { 'x-hub-signature-256': header }
  return verifySignature(crypto, { headers, rawBody: body, receivedAt: new Date('2026-11-21T10:00:00.000Z') }, secret)
}

test("the documentation's own example verifies", async () => {
  expect(await verify(signature)).toEqual({ ok: true })
  expect(await verify(signature.toUpperCase().replace('SHA256', 'sha256'))).toEqual({ ok: true })
})

test('a missing, a foreign and a malformed signature are refused', async () => {
  expect(await verify(undefined)).toEqual({ ok: false, reason: 'missing_signature' })
  expect(await verify(signature.replace('7571', '7572'))).toEqual({ ok: false, reason: 'wrong_signature' })
  expect(await verify('sha1=0123')).toEqual({ ok: false, reason: 'wrong_signature' })
  expect(await verify(`${signature}00`)).toEqual({ ok: false, reason: 'wrong_signature' })
})

test('one changed byte of the body is refused, also where the text would look the same', async () => {
  expect(await verify(signature, new TextEncoder().encode('Hello, World! '))).toMatchObject({ ok: false })
  expect(await verify(signature, new TextEncoder().encode('\uFEFFHello, World!'))).toMatchObject({ ok: false })
})

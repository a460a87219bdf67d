import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../../contract.ts'
import { answerToChallenge } from '../common/challenge.ts'
import { Challenge } from './payloads.ts'

const SIGNATURE = /^v0=([0-9a-f]{64})$/i
const TIMESTAMP = /^\d{1,12}$/
const MAX_AGE_SECONDS = 5 * 60

/**
 * `X-Slack-Signature: v0=<hex HMAC-SHA256 of v0:{timestamp}:{raw body}>`; a signature older than five minutes is a
 * replayed one (https://docs.slack.dev/authentication/verifying-requests-from-slack).
 */
export async function verifySlack(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  request: SignedRequest,
  secret: string,
): Promise<Verification> {
  const header = request.headers['x-slack-signature']
  const timestamp = request.headers['x-slack-request-timestamp']
  if (!header || !timestamp) return { ok: false, reason: 'missing_signature' }
  const given = SIGNATURE.exec(header)?.[1]?.toLowerCase()
  if (!given || !TIMESTAMP.test(timestamp)) return { ok: false, reason: 'wrong_signature' }
  const expected = await crypto.hmac(secret, signedBytes(timestamp, request.rawBody))
  if (!crypto.equal(given, expected)) return { ok: false, reason: 'wrong_signature' }
  const ageSeconds = request.receivedAt.getTime() / 1_000 - Number(timestamp)
  if (Math.abs(ageSeconds) > MAX_AGE_SECONDS) return { ok: false, reason: 'stale_signature' }
  const answer = answerToChallenge(request.rawBody, Challenge)
  return answer ? { ok: true, answer } : { ok: true }
}

function signedBytes(timestamp: string, rawBody: Uint8Array): Uint8Array {
  const start = new TextEncoder().encode(`v0:${timestamp}:`)
  const signed = new Uint8Array(start.length + rawBody.length)
  signed.set(start)
  signed.set(rawBody, start.length)
  return signed
}

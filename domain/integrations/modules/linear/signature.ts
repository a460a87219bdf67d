import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../../contract.ts'
import { verifyHex } from '../common/hex-signature.ts'

const TIMESTAMP = /"webhookTimestamp"\s*:\s*(\d{1,16})/g
/**
 * Linear sends a delivery that failed again after 1 minute, then 1 hour, then 6 hours, byte for byte as it was, with the
 * time of the first try. The minute that its documentation names would refuse each of these, and lose what arrived while
 * we could not take it (decision 009). Whoever replays a delivery within this time starts nothing: its events have keys.
 */
const MAX_AGE_MS = (7 * 60 + 30) * 60_000
/** How far the sender's clock may be ahead of ours. */
const MAX_AHEAD_MS = 60_000

/**
 * `Linear-Signature: <hex HMAC-SHA256 of the raw body>`, and a `webhookTimestamp` in the body that is not too old
 * (https://linear.app/developers/webhooks#securing-webhooks).
 *
 * The time is read out of the signed bytes without parsing them: a header with the time is not signed, so whoever
 * replays an old delivery could write a new one; and parsing is the consumer's work (decision D5). Inside a JSON string
 * the quotes around the name would be escaped, so no text that people write can pass for it. A body without a time is
 * refused: nothing says that it is new.
 */
export async function verifyLinear(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  request: SignedRequest,
  secret: string,
): Promise<Verification> {
  const header = request.headers['linear-signature']
  const { rawBody, receivedAt } = request
  const verified = await verifyHex(crypto, { header, signed: rawBody, secret })
  if (!verified.ok) return verified
  const sentAt = sentAtOf(rawBody)
  const ageMs = sentAt === null ? Infinity : receivedAt.getTime() - sentAt
  return ageMs <= MAX_AGE_MS && ageMs >= -MAX_AHEAD_MS ? { ok: true } : { ok: false, reason: 'stale_signature' }
}

function sentAtOf(rawBody: Uint8Array): number | null {
  const last = [...new TextDecoder().decode(rawBody).matchAll(TIMESTAMP)].at(-1)
  return last ? Number(last[1]) : null
}

import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../../contract.ts'
import { verifyHex } from '../common/hex-signature.ts'

const TIMESTAMP = /"webhookTimestamp"\s*:\s*(\d{1,16})/g
/** What Linear's documentation asks for: a delivery is signed when it is sent, also when it is sent again. */
const MAX_AGE_MS = 60_000

/**
 * `Linear-Signature: <hex HMAC-SHA256 of the raw body>`, and `webhookTimestamp` in the body within a minute of now
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
  if (sentAt === null || Math.abs(receivedAt.getTime() - sentAt) > MAX_AGE_MS) {
    return { ok: false, reason: 'stale_signature' }
  }
  return { ok: true }
}

function sentAtOf(rawBody: Uint8Array): number | null {
  const last = [...new TextDecoder().decode(rawBody).matchAll(TIMESTAMP)].at(-1)
  return last ? Number(last[1]) : null
}

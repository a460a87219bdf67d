import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../../contract.ts'
import { bearerIn } from '../common/bearer.ts'
import { verifyHex } from '../common/hex-signature.ts'

/**
 * `X-PostHog-Signature: <hex HMAC-SHA256 of the raw body>` where it is there. PostHog itself only sends headers that
 * people write into a destination, so the secret as a token proves the sender too. A bearer that is not ours proves
 * nothing, and need not be meant for us: it may be for what stands in between.
 */
export async function verifyPosthog(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  request: SignedRequest,
  secret: string,
): Promise<Verification> {
  const { headers, rawBody } = request
  const signature = headers['x-posthog-signature']
  if (signature) return verifyHex(crypto, { header: signature, signed: rawBody, secret })
  const token = headers['x-posthog-token']
  if (token) return crypto.equal(token, secret) ? { ok: true } : { ok: false, reason: 'wrong_signature' }
  const isOurs = crypto.equal(bearerIn(headers) ?? '', secret)
  return isOurs ? { ok: true } : { ok: false, reason: 'missing_signature' }
}

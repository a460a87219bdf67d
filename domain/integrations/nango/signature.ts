import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../contract.ts'

const SIGNATURE = /^[0-9a-f]{64}$/i

/**
 * `X-Nango-Hmac-Sha256: <hex HMAC-SHA256 of the raw body>`. The older `X-Nango-Signature` is a bare hash with the
 * secret in front, which can be lengthened without knowing the secret, and is not looked at.
 */
export async function verifyNango(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  request: SignedRequest,
  secret: string,
): Promise<Verification> {
  const header = request.headers['x-nango-hmac-sha256']
  if (!header) return { ok: false, reason: 'missing_signature' }
  if (!SIGNATURE.test(header)) return { ok: false, reason: 'wrong_signature' }
  const expected = await crypto.hmac(secret, request.rawBody)
  return crypto.equal(header.toLowerCase(), expected) ? { ok: true } : { ok: false, reason: 'wrong_signature' }
}

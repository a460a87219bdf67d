import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../../contract.ts'

const SIGNATURE = /^sha256=([0-9a-f]{64})$/i

/**
 * `X-Hub-Signature-256: sha256=<hex HMAC-SHA256 of the raw body>`
 * (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
 */
export async function verifySignature(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  request: SignedRequest,
  secret: string,
): Promise<Verification> {
  const header = request.headers['x-hub-signature-256']
  if (!header) return { ok: false, reason: 'missing_signature' }
  const given = SIGNATURE.exec(header)?.[1]?.toLowerCase()
  if (!given) return { ok: false, reason: 'wrong_signature' }
  const expected = await crypto.hmac(secret, request.rawBody)
  return crypto.equal(given, expected) ? { ok: true } : { ok: false, reason: 'wrong_signature' }
}

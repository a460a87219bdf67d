import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../../contract.ts'
import { verifyHex } from '../common/hex-signature.ts'

/**
 * `X-Hub-Signature-256: sha256=<hex HMAC-SHA256 of the raw body>`
 * (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
 */
export const verifySignature = (
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  { headers, rawBody }: SignedRequest,
  secret: string,
): Promise<Verification> => verifyHex(crypto, { header: headers['x-hub-signature-256'], signed: rawBody, secret })

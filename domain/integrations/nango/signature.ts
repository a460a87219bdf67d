import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../contract.ts'
import { verifyHex } from '../modules/common/hex-signature.ts'

/**
 * `X-Nango-Hmac-Sha256: <hex HMAC-SHA256 of the raw body>`. The older `X-Nango-Signature` is a bare hash with the
 * secret in front, which can be lengthened without knowing the secret, and is not looked at.
 */
export const verifyNango = (
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  { headers, rawBody }: SignedRequest,
  secret: string,
): Promise<Verification> => verifyHex(crypto, { header: headers['x-nango-hmac-sha256'], signed: rawBody, secret })

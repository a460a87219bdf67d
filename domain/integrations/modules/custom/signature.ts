import type { Digest } from '#kernel/ports'
import type { SignedRequest, Verification } from '../../contract.ts'
import { verifyHex } from '../common/hex-signature.ts'

/** Where senders put their signature; the first that is there counts (a2 §2.4). */
const SIGNATURE_HEADERS = ['x-webhook-signature', 'x-signature', 'x-hub-signature-256', 'x-signature-256']

/** A hex HMAC-SHA256 of the raw body in one of the usual headers, with or without `sha256=`. */
export function verifyCustom(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  { headers, rawBody }: SignedRequest,
  secret: string,
): Promise<Verification> {
  const name = SIGNATURE_HEADERS.find((header) => headers[header])
  return verifyHex(crypto, { header: name && headers[name], signed: rawBody, secret })
}

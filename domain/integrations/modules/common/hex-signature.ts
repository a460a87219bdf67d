import type { Digest } from '#kernel/ports'
import type { Verification } from '../../contract.ts'

const HEX = /^(?:sha256=)?([0-9a-f]{64})$/i

/** A hex HMAC-SHA256 over the signed bytes, with or without `sha256=` in front of it. */
export async function verifyHex(
  crypto: Pick<Digest, 'hmac' | 'equal'>,
  input: { header: string | undefined; signed: Uint8Array; secret: string },
): Promise<Verification> {
  if (!input.header) return { ok: false, reason: 'missing_signature' }
  const given = HEX.exec(input.header.trim())?.[1]?.toLowerCase()
  if (!given) return { ok: false, reason: 'wrong_signature' }
  const expected = await crypto.hmac(input.secret, input.signed)
  return crypto.equal(given, expected) ? { ok: true } : { ok: false, reason: 'wrong_signature' }
}

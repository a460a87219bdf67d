import { isId } from '#kernel/ids'
import type { Digest } from '#kernel/ports'

/** Generations are small counting numbers; anything else is no token of ours. */
const GENERATION = /^[1-9]\d{0,8}$/

/**
 * The token of one sandbox: `<sessionId>.<generation>.<hmac>`. Derived from the service token, never stored, and worth
 * nothing for another session or an older generation.
 */
export async function mintSandboxToken(
  needs: { digest: Digest },
  input: { serviceToken: string; sessionId: string; generation: number },
): Promise<string> {
  const subject = `${input.sessionId}.${input.generation}`
  return `${subject}.${await needs.digest.hmac(input.serviceToken, subject)}`
}

/**
 * Whose token this is; null when it is not one of ours. Whether the generation is still the current one, only the
 * session's object knows. Compares in constant time.
 */
export async function readSandboxToken(
  needs: { digest: Digest },
  input: { serviceToken: string; token: string },
): Promise<{ sessionId: string; generation: number } | null> {
  const [sessionId = '', generation = '', mac = '', ...rest] = input.token.split('.')
  if (!isId(sessionId) || !GENERATION.test(generation) || rest.length > 0) return null
  const expected = await needs.digest.hmac(input.serviceToken, `${sessionId}.${generation}`)
  return needs.digest.equal(mac, expected) ? { sessionId, generation: Number(generation) } : null
}

import type { Digest } from '#kernel/ports'

const encoder = new TextEncoder()
/** WebCrypto's types refuse shared memory, which no caller here has. */
const bytesOf = (data: string | Uint8Array) =>
  typeof data === 'string' ? encoder.encode(data) : (data as Uint8Array<ArrayBuffer>)

export const hexOf = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')

const MAX_CACHED_KEYS = 256
const keys = new Map<string, Promise<CryptoKey>>()

/** Importing a key costs as much as a signature; the few in use are kept. */
function hmacKey(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret)
  if (known) return known
  if (keys.size >= MAX_CACHED_KEYS) keys.clear()
  const key = crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  keys.set(secret, key)
  return key
}

/** Digests by WebCrypto. */
export const systemDigest: Digest = {
  sha256: async (data) => hexOf(await crypto.subtle.digest('SHA-256', bytesOf(data))),
  hmac: async (key, data) => hexOf(await crypto.subtle.sign('HMAC', await hmacKey(key), bytesOf(data))),
  equal: (a, b) => {
    const left = encoder.encode(a)
    const right = encoder.encode(b)
    let difference = left.length ^ right.length
    for (let index = 0; index < left.length; index += 1) difference |= (left[index] ?? 0) ^ (right[index] ?? 0)
    return difference === 0
  },
}

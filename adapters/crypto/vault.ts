import type { Vault } from '#kernel/ports'

const encoder = new TextEncoder()
const KEY_ID = 'k1'
const NONCE_BYTES = 12

const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

const keys = new Map<string, Promise<CryptoKey>>()

function keyOf(base64: string): Promise<CryptoKey> {
  const known = keys.get(base64)
  if (known) return known
  const key = crypto.subtle.importKey('raw', fromBase64(base64), 'AES-GCM', false, ['encrypt', 'decrypt'])
  keys.set(base64, key)
  return key
}

/**
 * AES-256-GCM with a random nonce; the text carries the id of its key, so that keys can be rotated later, and the context
 * is authenticated, so that a sealed value cannot be moved to another row.
 */
export function aesVault(base64Key: string): Vault {
  return {
    async seal(secret, context) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
      const algorithm = { name: 'AES-GCM', iv, additionalData: encoder.encode(context) }
      const sealed = await crypto.subtle.encrypt(algorithm, await keyOf(base64Key), encoder.encode(secret))
      return `${KEY_ID}.${toBase64(iv)}.${toBase64(new Uint8Array(sealed))}`
    },
    async open(sealed, context) {
      const [keyId, iv, data] = sealed.split('.')
      if (keyId !== KEY_ID || !iv || !data) throw new TypeError('Not a sealed value of a known key')
      const algorithm = { name: 'AES-GCM', iv: fromBase64(iv), additionalData: encoder.encode(context) }
      return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, await keyOf(base64Key), fromBase64(data)))
    },
  }
}

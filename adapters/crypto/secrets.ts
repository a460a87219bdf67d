import type { SecretSource } from '#domain/triggers'

const SECRET_BYTES = 32

/** 256 bits of the runtime's random source, as 64 hex digits. */
export const systemSecrets: SecretSource = {
  next: () => {
    const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  },
}

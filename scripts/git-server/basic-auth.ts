import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether an `Authorization: Basic` header carries the token as its password. The user name does not matter. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (!encoded) return false
  const credentials = Buffer.from(encoded, 'base64').toString()
  const colon = credentials.indexOf(':')
  return colon >= 0 && timingSafeEqual(digest(credentials.slice(colon + 1)), digest(token))
}

/** Equal lengths, which timingSafeEqual demands. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

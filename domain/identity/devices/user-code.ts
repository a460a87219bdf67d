/** No I and no O: they look like digits. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const LENGTH = 4

/**
 * `ABCD-1234` out of random hex digits. Bytes beyond a whole multiple of the alphabet are passed over, so that each code
 * is as likely as any other. Null when the digits run out, which is to be tried again.
 */
export function userCodeOf(randomHex: string): string | null {
  const bytes = (randomHex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  const draw = (alphabet: string): string | null => {
    const limit = 256 - (256 % alphabet.length)
    let drawn = ''
    while (drawn.length < LENGTH) {
      const byte = bytes.shift()
      if (byte === undefined) return null
      if (byte < limit) drawn += alphabet[byte % alphabet.length] ?? ''
    }
    return drawn
  }
  const letters = draw(LETTERS)
  const digits = draw('0123456789')
  return letters !== null && digits !== null ? `${letters}-${digits}` : null
}

export const MIN_PASSWORD = 8
export const MAX_PASSWORD = 128

export type Strength = 'short' | 'weak' | 'fair' | 'strong'

const KINDS: readonly [pattern: RegExp, size: number][] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[^a-zA-Z0-9]/, 33],
]
const FAIR_BITS = 45
const STRONG_BITS = 65

/** A hint, not a rule: how many bits the length and the kinds of characters make, where repeating adds nothing. */
export function passwordStrength(password: string): Strength {
  if (password.length < MIN_PASSWORD) return 'short'
  const pool = KINDS.reduce((sum, [pattern, size]) => sum + (pattern.test(password) ? size : 0), 0)
  const counted = Math.min(password.length, 2 * new Set(password).size)
  const bits = counted * Math.log2(pool)
  if (bits < FAIR_BITS) return 'weak'
  return bits < STRONG_BITS ? 'fair' : 'strong'
}

const FIRST_MS = 200
const LONGEST_MS = 10_000

/**
 * How long to wait before attempt `attempt` (from 0): 0.2 s doubling to 10 s, ±20 % so that daemons do not call in
 * step.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const plain = Math.min(FIRST_MS * 2 ** Math.min(attempt, 20), LONGEST_MS)
  return Math.round(plain * (0.8 + 0.4 * random()))
}

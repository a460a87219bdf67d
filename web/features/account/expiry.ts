import { counted } from '../../ui/format.ts'

const DAY_MS = 86_400_000
const SOON_MS = 7 * DAY_MS

/** How long a key is still good for, in words, and whether that is to be seen at a glance. */
export function expiryOf(at: string | null, now: number): { words: string; tone: 'plain' | 'soon' | 'over' } {
  if (at === null) return { words: 'Never', tone: 'plain' }
  const left = Date.parse(at) - now
  if (left <= 0) return { words: 'Expired', tone: 'over' }
  const words = left < DAY_MS ? 'Within a day' : `In ${counted(Math.round(left / DAY_MS), 'day')}`
  return { words, tone: left < SOON_MS ? 'soon' : 'plain' }
}

import { counted } from '../../ui/format.ts'

const DAY_MS = 86_400_000
const SOON_MS = 7 * DAY_MS
const DAYS_OF_YEAR = 365

/** How long a key is still good for, in words, and whether that is to be seen at a glance. */
export function expiryOf(at: string | null, now: number): { words: string; tone: 'plain' | 'soon' | 'over' } {
  if (at === null) return { words: 'Never', tone: 'plain' }
  const left = Date.parse(at) - now
  if (left <= 0) return { words: 'Expired', tone: 'over' }
  return { words: wordsOf(left), tone: left < SOON_MS ? 'soon' : 'plain' }
}

/** No key lives longer than a year, which is 366 days. */
function wordsOf(left: number): string {
  const days = Math.round(left / DAY_MS)
  if (left < DAY_MS) return 'Within a day'
  return days >= DAYS_OF_YEAR ? 'In 1 year' : `In ${counted(days, 'day')}`
}

import { formatMoment, formatUntil } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'

const STEP_MS = 5_000

/** How long until something; the exact moment is its tooltip. */
export function Upcoming({ at }: { at: string }) {
  const left = formatUntil(at, useNow(STEP_MS))
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {left === null ? 'now' : `in ${left.replace(/ left$/, '')}`}
    </time>
  )
}

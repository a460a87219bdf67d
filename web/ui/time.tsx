import { formatAge, formatDuration, formatMoment } from './format.ts'
import { useNow } from './now.ts'

/** How long ago something was; the exact moment is its tooltip. */
export function Ago({ at, className }: { at: string; className?: string | undefined }) {
  const now = useNow(5_000)
  return (
    <time dateTime={at} title={formatMoment(at)} className={className}>
      {formatAge(at, now)}
    </time>
  )
}

/** A duration that still grows. */
export function Elapsed({ since, className }: { since: string; className?: string | undefined }) {
  const now = useNow(1_000)
  return <span className={className}>{formatDuration(Math.max(0, wholeSeconds(now - Date.parse(since))))}</span>
}

function wholeSeconds(ms: number): number {
  const SECOND_MS = 1_000
  return ms < SECOND_MS ? SECOND_MS : Math.floor(ms / SECOND_MS) * SECOND_MS
}

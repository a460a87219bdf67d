import { useQuery } from '@tanstack/react-query'
import type { Run, RunEvent } from '#schema/contracts/runs'
import { explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { formatClock, formatDuration, formatMoment } from '../../ui/format.ts'
import { Section } from '../../ui/page.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { runEventsQuery } from './queries.ts'
import { runStatusLabel } from './run-status.tsx'

/** What happened to a run, line by line. */
export function RunTimeline({ run }: { run: Run }) {
  const { data, error, refetch } = useQuery(runEventsQuery(useOrganizationId(), run))
  return (
    <Section title="Timeline">
      {data?.items.length === 0 ? (
        <p className="text-sm text-ink-faint">Nothing has happened yet.</p>
      ) : data !== undefined ? (
        <ol aria-label="Timeline" className="border-l border-line pl-4">
          {data.items.map((event, index) => (
            <Line key={event.id} event={event} before={data.items[index - 1] ?? null} />
          ))}
        </ol>
      ) : error === null ? (
        <Skeleton className="h-40" />
      ) : (
        <div className="grid justify-items-start gap-2">
          <InlineError>The timeline could not be loaded. {explainError(error).message}</InlineError>
          <Button size="small" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
    </Section>
  )
}

const TITLES: Record<Exclude<RunEvent['type'], 'status_transition'>, string> = {
  enrichment_saved: 'Context saved',
  target_resolved: 'Target chosen',
  completion: 'Agent reported the outcome',
  manual_resolution: 'Resolved by a person',
  assigned: 'Assigned',
  unassigned: 'Unassigned',
  canceled: 'Canceled',
}

function titleOf(event: RunEvent): string {
  if (event.type !== 'status_transition') return TITLES[event.type]
  return event.toStatus === null ? 'Status changed' : runStatusLabel(event.toStatus)
}

function Line({ event, before }: { event: RunEvent; before: RunEvent | null }) {
  const since = before === null ? null : Date.parse(event.createdAt) - Date.parse(before.createdAt)
  const data = Object.entries(event.data).filter(([, value]) => value !== null && value !== '')
  return (
    <li className="relative py-1.5">
      <span aria-hidden className="absolute top-[13px] -left-[19px] size-[5px] rounded-full bg-ink-faint" />
      <p className="flex items-baseline gap-3 text-sm">
        <span className={event.type === 'status_transition' ? 'font-medium' : undefined}>{titleOf(event)}</span>
        <span className="ml-auto flex shrink-0 gap-3 font-mono text-xs text-ink-faint tabular-nums">
          {since === null ? null : <span>+{formatDuration(since)}</span>}
          <time dateTime={event.createdAt} title={formatMoment(event.createdAt)}>
            {formatClock(event.createdAt)}
          </time>
        </span>
      </p>
      {data.length === 0 ? null : (
        <p className="font-mono text-xs break-words text-ink-faint">
          {data.map(([name, value]) => `${name}: ${shownValue(value)}`).join(' · ')}
        </p>
      )}
    </li>
  )
}

function shownValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

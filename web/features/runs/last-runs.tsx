import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Run } from '#schema/contracts/runs'
import { explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'
import { ROW_LINK } from '../../ui/list.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { lastRunsQuery } from './queries.ts'
import { RunStatusBadge } from './run-status.tsx'

/** The last runs of an automation: what each was about, how it stands, and why it did not succeed. */
export function LastRuns({ automationId }: { automationId: string }) {
  const { data, error, refetch } = useQuery(lastRunsQuery(useOrganizationId(), automationId))
  if (data === undefined) {
    if (error === null) return <Skeleton className="m-4 h-16" />
    return (
      <div className="grid justify-items-start gap-3 p-4">
        <InlineError>Its runs could not be loaded. {explainError(error).message}</InlineError>
        <Button onClick={() => void refetch()}>Try again</Button>
      </div>
    )
  }
  if (data.items.length === 0) return <p className="px-4 py-5 text-sm text-ink-faint">It has not run yet.</p>
  return (
    <ul aria-label="Last runs" className="divide-y divide-line">
      {data.items.map((run) => (
        <LastRun key={run.id} run={run} />
      ))}
    </ul>
  )
}

function LastRun({ run }: { run: Run }) {
  const reason = run.status === 'succeeded' ? null : (run.errorMessage ?? run.statusReason)
  return (
    <li className="relative flex items-center gap-4 px-4 py-2 hover:bg-surface">
      <div className="min-w-0 flex-1">
        <p className="truncate">
          <Link to="/dashboard/runs/$runId" params={{ runId: run.id }} className={cx(ROW_LINK, 'font-normal')}>
            {run.eventTitle}
          </Link>
        </p>
        {reason === null ? null : <p className="truncate text-xs text-ink-faint">{reason}</p>}
      </div>
      <RunStatusBadge status={run.status} />
      <Ago at={run.queuedAt} className="w-20 shrink-0 text-right text-sm text-ink-faint" />
    </li>
  )
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'
import { toast } from 'sonner'
import type { Run } from '#schema/contracts/runs'
import { endpoints } from '#schema/endpoints/index'
import { call, isStatus } from '../../client.ts'
import { Button, buttonStyles } from '../../ui/button.tsx'
import { Copyable } from '../../ui/copy.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { formatMoment } from '../../ui/format.ts'
import { Markdown, webAddress } from '../../ui/markdown.tsx'
import { NotFound } from '../../ui/not-found.tsx'
import { DetailHeader, Fact, Facts, Page, Section } from '../../ui/page.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { toastError } from '../../ui/toasts.tsx'
import { useMayOwn, useOrganizationId } from '../identity/me.ts'
import { runQuery } from './queries.ts'
import { hasEnded } from './run-stages.ts'
import { RunStatusBadge } from './run-status.tsx'
import { RunTimeline } from './run-timeline.tsx'
import { StageSteps } from './stage-progress.tsx'
import { cx } from '../../ui/class-names.ts'

export function RunPage({ runId }: { runId: string }) {
  const { data, error, refetch } = useQuery(runQuery(useOrganizationId(), runId))
  useTitle(data?.eventTitle ?? 'Run')
  if (isStatus(error, 404)) return <NotFound what="run" />
  if (data !== undefined) return <RunDetails run={data} />
  if (error === null) return <RunSkeleton />
  return <ErrorState error={error} title="The run could not be loaded" onRetry={() => void refetch()} />
}

function RunDetails({ run }: { run: Run }) {
  const header = (
    <DetailHeader
      parent={{ to: '/dashboard/runs', label: 'Runs' }}
      title={run.eventTitle}
      state={<RunStatusBadge status={run.status} />}
    >
      {run.sessionId === null ? null : (
        <Link
          to="/workspace/$sessionId"
          params={{ sessionId: run.sessionId }}
          className={buttonStyles({ size: 'small' })}
        >
          Open session
        </Link>
      )}
      <CancelRun run={run} />
    </DetailHeader>
  )
  return (
    <Page header={header}>
      <div className="mx-auto grid max-w-4xl gap-7 px-4 py-6 md:px-6">
        <StageSteps run={run} />
        <Failure run={run} />
        <Result run={run} />
        <Section title="Run">
          <RunFacts run={run} />
        </Section>
        <RunTimeline run={run} />
      </div>
    </Page>
  )
}

function Failure({ run }: { run: Run }) {
  const message = run.errorMessage ?? run.statusReason
  if (message === null || run.status === 'succeeded') return null
  const failed = run.status === 'failed' || run.status === 'timed_out'
  return (
    <section
      aria-label="Reason"
      className={`rounded-lg border px-3.5 py-2.5 ${failed ? 'border-bad' : 'border-line'}`}
    >
      <p className={`text-sm font-medium ${failed ? 'text-bad' : ''}`}>
        {run.failureStage === null ? 'Reason' : `Failed during ${run.failureStage}`}
      </p>
      <p className="mt-0.5 break-words whitespace-pre-wrap">{message}</p>
    </section>
  )
}

function Result({ run }: { run: Run }) {
  const completion = run.completion
  if (completion === null) return null
  return (
    <Section title="Outcome">
      <div className="grid gap-3 rounded-lg border border-line px-3.5 py-3">
        {completion.summaryMarkdown === null ? (
          <p className="text-ink-faint">The agent left no summary.</p>
        ) : (
          <Markdown text={completion.summaryMarkdown} />
        )}
        {completion.branch === null ? null : (
          <Facts className="border-t border-line pt-3">
            <Fact name="Branch">
              <Copyable text={completion.branch} name="branch" />
            </Fact>
            {completion.commitSha === null ? null : (
              <Fact name="Commit">
                <Copyable text={completion.commitSha} shown={completion.commitSha.slice(0, 10)} name="commit" />
              </Fact>
            )}
          </Facts>
        )}
        {completion.citations.length === 0 ? null : (
          <ul aria-label="Citations" className="grid gap-1 border-t border-line pt-3">
            {completion.citations.map((citation) => (
              <li key={citation} className="font-mono text-xs break-words text-ink-soft">
                {citation}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  )
}

function RunFacts({ run }: { run: Run }) {
  const address = webAddress(run.eventUrl)
  return (
    <Facts>
      <Fact name="Automation">
        <Link
          to="/dashboard/automations/$automationId"
          params={{ automationId: run.automationId }}
          className="underline decoration-line-strong underline-offset-3 hover:decoration-current"
        >
          {run.automationName}
        </Link>
      </Fact>
      <Fact name="Event">
        {address === undefined ? (
          run.eventTitle
        ) : (
          <a
            href={address}
            target="_blank"
            rel="noopener noreferrer"
            className={cx(
              'inline-flex max-w-full items-center gap-1.5 underline decoration-line-strong underline-offset-3',
              'hover:decoration-current',
            )}
          >
            <span className="truncate">{run.eventTitle}</span>
            <ExternalLink aria-hidden className="size-3 shrink-0" />
            <span className="sr-only">(opens in a new tab)</span>
          </a>
        )}
      </Fact>
      {run.deliveryId === null ? null : (
        <Fact name="Delivery">
          <Link
            to="/dashboard/deliveries/$deliveryId"
            params={{ deliveryId: run.deliveryId }}
            className="underline decoration-line-strong underline-offset-3 hover:decoration-current"
          >
            View delivery
          </Link>
        </Fact>
      )}
      <Fact name="Queued">{formatMoment(run.queuedAt)}</Fact>
      {hasEnded(run) ? null : <Fact name="Deadline">{formatMoment(run.deadlineAt)}</Fact>}
      <Fact name="Id">
        <Copyable text={run.id} name="run id" />
      </Fact>
    </Facts>
  )
}

function CancelRun({ run }: { run: Run }) {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  const mayCancel = useMayOwn('runs:cancel', run)
  const { mutate, isPending } = useMutation({
    mutationFn: () => call(endpoints.runs.cancel, { params: { runId: run.id } }),
    onSuccess: (canceled) => {
      queryClient.setQueryData(runQuery(organizationId, run.id).queryKey, canceled)
      void queryClient.invalidateQueries({ queryKey: [organizationId, 'runs'] })
      toast.success('The run was canceled')
    },
    onError: (error) => {
      void queryClient.invalidateQueries({ queryKey: runQuery(organizationId, run.id).queryKey })
      toastError('The run was not canceled', error)
    },
  })
  if (hasEnded(run) || !mayCancel) return null
  return (
    <Confirm
      trigger={
        <Button look="danger" size="small" disabled={isPending}>
          {isPending ? 'Canceling…' : 'Cancel run'}
        </Button>
      }
      title="Cancel this run?"
      description="Its session ends, and what the agent has not pushed is lost."
      action="Cancel run"
      keep="Keep running"
      onConfirm={() => mutate()}
    />
  )
}

function RunSkeleton() {
  return (
    <div aria-busy="true">
      <p className="sr-only" role="status">
        Loading run
      </p>
      <div className="flex h-12 items-center border-b border-line px-4 md:px-5">
        <Skeleton className="h-4 w-72 max-w-full" />
      </div>
      <div className="mx-auto grid max-w-4xl gap-7 px-4 py-6 md:px-6">
        <Skeleton className="h-12" />
        <Skeleton className="h-28" />
        <Skeleton className="h-40" />
      </div>
    </div>
  )
}

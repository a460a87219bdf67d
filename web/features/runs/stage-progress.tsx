import type { Run } from '#schema/contracts/runs'
import { cx } from '../../ui/class-names.ts'
import { formatClock, formatDuration, formatMoment } from '../../ui/format.ts'
import { Elapsed } from '../../ui/time.tsx'
import { hasEnded, stagesOf } from './run-stages.ts'
import type { RunStage } from './run-stages.ts'
import { runStatusLabel } from './run-status.tsx'

const LABELS: Record<RunStage['name'], string> = {
  queued: 'Queued',
  enriching: 'Enriching',
  ready: 'Ready',
  running: 'Running',
  done: 'Done',
}

const BARS: Record<RunStage['state'], string> = {
  done: 'bg-ink-faint',
  succeeded: 'bg-good',
  current: 'bg-busy',
  failed: 'bg-bad',
  attention: 'bg-warn',
  skipped: 'bg-line',
  waiting: 'bg-line',
}

const WORDS: Record<RunStage['state'], string> = {
  done: 'done',
  succeeded: 'succeeded',
  current: 'in progress',
  failed: 'failed',
  attention: 'needs a person',
  skipped: 'not reached',
  waiting: 'to come',
}

/** The five stages as one short bar, for lists. */
export function StageBar({ run }: { run: Run }) {
  const stages = stagesOf(run)
  const told = stages.map(({ name, state }) => `${LABELS[name]}: ${WORDS[state]}`).join(', ')
  return (
    <span role="img" aria-label={told} title={told} className="flex w-24 gap-0.5">
      {stages.map(({ name, state }) => (
        <span key={name} className={cx('h-1.5 flex-1 first:rounded-l-full last:rounded-r-full', BARS[state])} />
      ))}
    </span>
  )
}

/** The five stages with their times, for the page of a run. */
export function StageSteps({ run }: { run: Run }) {
  const stages = stagesOf(run)
  return (
    <ol aria-label="Stages" className="grid gap-3 sm:grid-cols-5 sm:gap-1.5">
      {stages.map((stage) => (
        <li key={stage.name} className="flex items-center gap-3 sm:block">
          <span
            aria-hidden
            className={cx('block h-8 w-1 shrink-0 rounded-full sm:mb-2 sm:h-1 sm:w-full', BARS[stage.state])}
          />
          <p className="flex-1 text-sm font-medium">
            <span className={stage.state === 'skipped' || stage.state === 'waiting' ? 'text-ink-faint' : undefined}>
              {stage.name === 'done' && hasEnded(run) ? runStatusLabel(run.status) : LABELS[stage.name]}
            </span>
            <span className="sr-only"> {WORDS[stage.state]}</span>
          </p>
          <p className="flex gap-2 font-mono text-xs whitespace-nowrap text-ink-faint tabular-nums">
            {stage.at === null ? (
              <span aria-hidden>–</span>
            ) : (
              <time dateTime={stage.at} title={formatMoment(stage.at)}>
                {formatClock(stage.at)}
              </time>
            )}
            <StageDuration stage={stage} />
          </p>
        </li>
      ))}
    </ol>
  )
}

function StageDuration({ stage }: { stage: RunStage }) {
  if (stage.durationMs !== null) return <span>{formatDuration(stage.durationMs)}</span>
  return stage.state === 'current' && stage.at !== null ? <Elapsed since={stage.at} /> : null
}

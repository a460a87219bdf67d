import { Check, Circle, CircleDot, X } from 'lucide-react'
import { useState } from 'react'
import type { BootStage } from '#schema/contracts/session-events'
import { Chevron } from '../../ui/chevron.tsx'
import { cx } from '../../ui/class-names.ts'
import { formatDuration } from '../../ui/format.ts'
import { Elapsed } from '../../ui/time.tsx'
import { summarizeBoot } from './boot-steps.ts'
import type { BootItem, BootStep } from './conversation-item.ts'

const STAGES: Record<BootStage, string> = {
  queued: 'Queued',
  provider: 'Sandbox',
  clone: 'Clone',
  setup: 'Setup',
  agent: 'Agent',
  ready: 'Ready',
}

const STATES: Record<BootStep['state'], { icon: typeof Check; ink: string; label: string }> = {
  waiting: { icon: Circle, ink: 'text-line-strong', label: 'waiting' },
  running: { icon: CircleDot, ink: 'text-busy', label: 'in progress' },
  finished: { icon: Check, ink: 'text-good', label: 'done' },
  failed: { icon: X, ink: 'text-bad', label: 'failed' },
}

/** What a person waits for while a sandbox starts; once it is ready, one line that opens. */
export function BootPanel({ boot }: { boot: BootItem }) {
  const { state, durationMs } = summarizeBoot(boot)
  const [opened, setOpened] = useState(false)
  const shown = state !== 'ready' || opened
  const title = { running: 'Starting sandbox', ready: 'Sandbox ready', failed: 'Sandbox could not start' }[state]
  return (
    <section aria-label={title} className="rounded-lg border border-line">
      <button
        type="button"
        aria-expanded={shown}
        disabled={state !== 'ready'}
        onClick={() => setOpened(!opened)}
        className="flex h-9 w-full items-center gap-2 px-3 text-left text-sm"
      >
        <Chevron open={shown} />
        <span className={cx('font-medium', state === 'failed' && 'text-bad')}>{title}</span>
        {boot.generation > 1 ? <span className="text-ink-faint">start {boot.generation}</span> : null}
        <span className="ml-auto font-mono text-xs text-ink-faint">
          {state === 'running' ? <Elapsed since={boot.startedAt} /> : formatDuration(durationMs)}
        </span>
      </button>
      {shown ? (
        <ol className="border-t border-line px-3 py-1.5">
          {boot.steps.map((step) => (
            <Step key={step.stage} step={step} />
          ))}
        </ol>
      ) : null}
    </section>
  )
}

function Step({ step }: { step: BootStep }) {
  const { icon: Icon, ink, label } = STATES[step.state]
  return (
    <li className="grid grid-cols-[14px_4.5rem_minmax(0,1fr)_auto] items-baseline gap-x-2.5 py-0.5 text-sm">
      <Icon aria-hidden className={cx('mt-0.5 size-3.5 self-start', ink)} strokeWidth={2.25} />
      <span className={step.state === 'waiting' ? 'text-ink-faint' : undefined}>
        {STAGES[step.stage]}
        <span className="sr-only"> {label}</span>
      </span>
      <span
        className={cx(
          'font-mono text-xs text-ink-faint',
          step.state === 'failed' ? 'break-words text-bad' : 'truncate',
        )}
        title={step.detail ?? undefined}
      >
        {step.detail}
      </span>
      <span className="font-mono text-xs text-ink-faint tabular-nums">
        {step.state === 'running' && step.startedAt !== null ? (
          <Elapsed since={step.startedAt} />
        ) : step.durationMs === null ? null : (
          formatDuration(step.durationMs)
        )}
      </span>
    </li>
  )
}

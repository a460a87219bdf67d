import { Link } from '@tanstack/react-router'
import type { DeliveryDetail, TriggerDecision } from '#schema/contracts/deliveries'
import { StateBadge } from '../../ui/badge.tsx'
import type { Tone } from '../../ui/badge.tsx'
import { buttonStyles } from '../../ui/button.tsx'
import { RunStatusBadge } from '../runs/run-status.tsx'
import { DECISIONS, reasonInWords } from './outcome-words.ts'

const TONES: Record<TriggerDecision['decision'], Tone> = {
  matched: 'good',
  duplicate: 'plain',
  not_matched: 'plain',
  automation_disabled: 'warn',
  invalid_config: 'bad',
}

/** What each automation that listens said to each event, and why; what it was about only where that differs. */
export function Decisions({ decisions, runs }: { decisions: TriggerDecision[]; runs: DeliveryDetail['runs'] }) {
  const several = new Set(decisions.map(({ eventTitle }) => eventTitle)).size > 1
  return (
    <ul aria-label="Decisions" className="mt-1 divide-y divide-line rounded-lg border border-line">
      {decisions.map((decision, index) => (
        <li key={index} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3.5 py-2.5">
          <div className="min-w-48 flex-1">
            <p className="font-medium break-words">
              <Link
                to="/dashboard/automations/$automationId"
                params={{ automationId: decision.automationId }}
                className="underline-offset-3 hover:underline"
              >
                {decision.automationName}
              </Link>
            </p>
            {several ? <p className="truncate text-sm text-ink-faint">{decision.eventTitle}</p> : null}
          </div>
          <div className="min-w-0 sm:w-60">
            <StateBadge tone={TONES[decision.decision]}>{DECISIONS[decision.decision]}</StateBadge>
            {decision.reason === null ? null : (
              <p className="text-sm break-words text-ink-soft">{reasonInWords(decision.reason)}</p>
            )}
          </div>
          <RunOf runId={decision.runId} runs={runs} />
        </li>
      ))}
    </ul>
  )
}

function RunOf({ runId, runs }: { runId: string | null; runs: DeliveryDetail['runs'] }) {
  if (runId === null) return <div className="hidden sm:block sm:w-48" />
  const run = runs.find(({ id }) => id === runId)
  return (
    <div className="flex items-center justify-end gap-3 sm:w-48">
      {run === undefined ? null : <RunStatusBadge status={run.status} />}
      <Link to="/dashboard/runs/$runId" params={{ runId }} className={buttonStyles({ size: 'small' })}>
        View run
      </Link>
    </div>
  )
}

import { Link } from '@tanstack/react-router'
import type { TriggerDecision } from '#schema/contracts/deliveries'
import { StateBadge } from '../../ui/badge.tsx'
import type { Tone } from '../../ui/badge.tsx'
import { buttonStyles } from '../../ui/button.tsx'
import { DECISIONS } from './outcome-words.ts'

const TONES: Record<TriggerDecision['decision'], Tone> = {
  matched: 'good',
  duplicate: 'plain',
  not_matched: 'plain',
  automation_disabled: 'warn',
  invalid_config: 'bad',
}

/** What each automation that listens said to each event, and why. */
export function Decisions({ decisions }: { decisions: TriggerDecision[] }) {
  return (
    <ul aria-label="Decisions" className="mt-1 divide-y divide-line rounded-lg border border-line">
      {decisions.map((decision, index) => (
        <li key={index} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3.5 py-2.5">
          <div className="min-w-48 flex-1">
            <p className="font-medium break-words">{decision.automationName}</p>
            <p className="truncate text-sm text-ink-faint">{decision.eventTitle}</p>
          </div>
          <div className="min-w-0 sm:w-72">
            <StateBadge tone={TONES[decision.decision]}>{DECISIONS[decision.decision]}</StateBadge>
            {decision.reason === null ? null : <p className="text-sm break-words text-ink-soft">{decision.reason}</p>}
          </div>
          <div className="sm:w-20 sm:text-right">
            {decision.runId === null ? null : (
              <Link
                to="/dashboard/runs/$runId"
                params={{ runId: decision.runId }}
                className={buttonStyles({ size: 'small' })}
              >
                View run
              </Link>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}

import type { TriggerTest } from '#schema/contracts/trigger-tests'
import { StateBadge } from '../../../ui/badge.tsx'
import type { Tone } from '../../../ui/badge.tsx'
import { reasonInWords } from '../../deliveries/outcome-words.ts'

const DECISIONS: Record<TriggerTest['decisions'][number]['decision'], { label: string; tone: Tone }> = {
  matched: { label: 'It would run', tone: 'good' },
  duplicate: { label: 'Had already', tone: 'plain' },
  not_matched: { label: 'It would not run', tone: 'plain' },
  automation_disabled: { label: 'Switched off', tone: 'warn' },
  invalid_config: { label: 'Not filled in correctly', tone: 'bad' },
}

/** What was made of each event, and why. */
export function TryResults({ test }: { test: TriggerTest }) {
  return (
    <section aria-label="Result" aria-live="polite" className="grid gap-2 text-sm">
      {test.decisions.length === 0 ? (
        <p>There is no event in this.{test.reason === null ? '' : ` ${reasonInWords(test.reason)}.`}</p>
      ) : (
        <ul className="divide-y divide-line rounded-md border border-line">
          {test.decisions.map((one, index) => (
            <li key={index} className="grid gap-0.5 px-3 py-2">
              <StateBadge tone={DECISIONS[one.decision].tone}>{DECISIONS[one.decision].label}</StateBadge>
              <p className="break-words">{one.eventTitle}</p>
              {one.reason === null ? null : <p className="break-words text-ink-soft">{one.reason}</p>}
            </li>
          ))}
        </ul>
      )}
      {test.isIncomplete ? (
        <p className="text-xs text-ink-faint">
          The service is asked for some details, such as labels, only when a run may start: filters on them fail here.
        </p>
      ) : null}
      <p className="text-xs text-ink-faint">Nothing was started.</p>
    </section>
  )
}

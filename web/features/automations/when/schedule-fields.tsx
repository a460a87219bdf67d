import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { Field, Input } from '../../../ui/field.tsx'
import { explainError } from '../../../client.ts'
import { Select } from '../../../ui/select.tsx'
import { Skeleton } from '../../../ui/states.tsx'
import { firingsQuery } from '../queries.ts'
import { withValue } from '../schema-form/config-value.ts'
import type { Config } from '../schema-form/config-value.ts'
import { issueAt, issuesOf } from '../schema-form/issues.ts'
import type { Issue } from '../schema-form/issues.ts'
import { firingInZone, PRESETS, timeZones } from './schedule-presets.ts'
import { useSettled } from './use-settled.ts'

const OWN = 'own'
const SETTLED_MS = 300

interface ScheduleProps {
  value: Config
  issues: readonly Issue[]
  onChange: (value: Config) => void
}

/** A cron expression and its zone, with the next five times that it means. */
export function ScheduleFields({ value, issues, onChange }: ScheduleProps) {
  const cron = textOf(value.cronExpression)
  const zone = textOf(value.timezone)
  const settled = useSettled(`${cron}\n${zone}`, SETTLED_MS)
  const [cronExpression = '', timezone = ''] = settled.split('\n')
  const firings = useQuery(firingsQuery({ cronExpression, timezone }))
  const told = [...issues, ...issuesOf(firings.error)]
  const preset = PRESETS.find((candidate) => candidate.cron === cron)?.cron ?? OWN
  const set = (name: string, text: string) => onChange(withValue(value, name, text))
  return (
    <>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="How often">
          {(id) => (
            <Select
              id={id}
              value={preset}
              options={[...PRESETS.map((one) => ({ value: one.cron, label: one.label })), OWN_OPTION]}
              className="w-full border-line-strong"
              onChange={(chosen) => set('cronExpression', chosen === OWN ? '' : chosen)}
            />
          )}
        </Field>
        <CronField value={cron} error={cronIssue(told)} onText={(text) => set('cronExpression', text)} />
      </div>
      <ZoneField value={zone} error={zoneIssue(told)} onText={(text) => set('timezone', text)} />
      <NextFirings
        firings={firings.data?.instants}
        zone={timezone}
        isAsking={firings.isFetching}
        problem={told.length === 0 && firings.error !== null ? explainError(firings.error).message : null}
      />
    </>
  )
}

const OWN_OPTION = { value: OWN, label: 'At times of your own' }
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** The preview names the fields themselves, a saved schedule those of its configuration. */
function cronIssue(issues: readonly Issue[]): string | undefined {
  const own = issues.filter(({ path }) => !path.endsWith('timezone'))
  return issueAt(own, 'cronExpression') ?? issueAt(own, 'config')
}

function zoneIssue(issues: readonly Issue[]): string | undefined {
  return issueAt(issues, 'timezone') ?? issueAt(issues, 'config.timezone')
}

interface LineProps {
  value: string
  error: string | undefined
  onText: (text: string) => void
}

function CronField({ value, error, onText }: LineProps) {
  return (
    <Field label="Cron expression" hint="Minute, hour, day of month, month, day of week." error={error}>
      {(id, describedBy) => (
        <Input
          id={id}
          value={value}
          required
          autoComplete="off"
          spellCheck={false}
          placeholder="0 9 * * MON-FRI"
          className="font-mono text-sm"
          aria-invalid={error !== undefined}
          aria-describedby={describedBy}
          onChange={({ target }) => onText(target.value)}
        />
      )}
    </Field>
  )
}

function ZoneField({ value, error, onText }: LineProps) {
  const zones = useId()
  return (
    <Field label="Time zone" hint="Type to search, for example Europe/Berlin." error={error}>
      {(id, describedBy) => (
        <>
          <Input
            id={id}
            value={value}
            list={zones}
            required
            autoComplete="off"
            spellCheck={false}
            aria-invalid={error !== undefined}
            aria-describedby={describedBy}
            onChange={({ target }) => onText(target.value)}
          />
          <datalist id={zones}>
            {timeZones().map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

interface NextProps {
  firings: string[] | undefined
  zone: string
  isAsking: boolean
  problem: string | null
}

function NextFirings({ firings, zone, isAsking, problem }: NextProps) {
  return (
    <section aria-label="Next times" aria-live="polite" className="grid gap-1 rounded-md bg-surface px-3 py-2 text-sm">
      <h3 className="text-xs text-ink-faint">Next times{zone === '' ? '' : ` (${zone})`}</h3>
      {problem === null ? null : <p className="text-ink-soft">{problem}</p>}
      {firings === undefined && problem === null ? (
        isAsking ? (
          <Skeleton className="h-24 w-48" />
        ) : (
          <p className="text-ink-faint">They are shown once the expression can be read.</p>
        )
      ) : null}
      {firings?.length === 0 ? <p>It never fires.</p> : null}
      <ol className="grid gap-0.5 tabular-nums">
        {firings?.map((at) => (
          <li key={at}>{firingInZone(at, zone)}</li>
        ))}
      </ol>
    </section>
  )
}

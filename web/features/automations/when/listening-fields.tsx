import { Link } from '@tanstack/react-router'
import type { Integration } from '#schema/contracts/integrations'
import type { Provider, TriggerTypeInfo } from '#schema/contracts/providers'
import { ChoiceGroup } from '../../../ui/choice-group.tsx'
import { Field } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { issueAt } from '../schema-form/issues.ts'
import type { Issue } from '../schema-form/issues.ts'
import { Told } from '../schema-form/told.tsx'
import { everyInWords, MECHANISMS } from '../when-words.ts'
import { WebhookAddresses } from './webhook-addresses.tsx'
import type { WhenDraft } from './when-draft.ts'

/** Stands for no choice; no integration has this id. */
const EVERY = 'every'

interface ListeningProps {
  provider: Provider
  type: TriggerTypeInfo
  integrations: readonly Integration[]
  draft: WhenDraft
  saved: boolean
  issues: readonly Issue[]
  onChange: (draft: WhenDraft) => void
}

/** How the events come about, and through which connection. */
export function ListeningFields(props: ListeningProps) {
  const { provider, type, draft, saved, issues, onChange } = props
  return (
    <>
      {saved || type.mechanisms.length < 2 ? null : (
        <ChoiceGroup
          heading
          label="How it is noticed"
          value={draft.mechanism}
          options={type.mechanisms.map((value) => ({ value, ...MECHANISMS[value] }))}
          className="sm:grid-cols-2"
          onChange={(mechanism) => onChange({ ...draft, mechanism })}
        />
      )}
      <ConnectionField {...props} />
      {draft.mechanism === 'polling' ? (
        <IntervalField provider={provider} draft={draft} issues={issues} onChange={onChange} />
      ) : null}
      {draft.mechanism === 'webhook' ? <WebhookAddresses provider={provider} saved={saved} /> : null}
    </>
  )
}

function ConnectionField({ provider, integrations, draft, issues, onChange }: ListeningProps) {
  const own = integrations.filter(({ integrationId }) => integrationId === provider.id)
  const isNeeded = draft.mechanism === 'polling' && provider.polling?.needsToken === true
  const error = issueAt(issues, 'integrationId')
  if (own.length === 0) return isNeeded ? <NoConnection provider={provider} error={error} /> : null
  const options = own.map(({ id, displayName, status }) => {
    const label = displayName ?? `${provider.name} integration`
    return { value: id, label: status === 'active' ? label : `${label} (${status})` }
  })
  const all = isNeeded ? options : [{ value: EVERY, label: `Every ${provider.name} integration` }, ...options]
  return (
    <Field label="Integration" error={error}>
      {(id) => (
        <Select
          id={id}
          value={draft.integrationId ?? (isNeeded ? undefined : EVERY)}
          options={all}
          placeholder="Choose an integration"
          className="w-full border-line-strong"
          onChange={(value) => onChange({ ...draft, integrationId: value === EVERY ? null : value })}
        />
      )}
    </Field>
  )
}

function NoConnection({ provider, error }: { provider: Provider; error: string | undefined }) {
  return (
    <div className="grid gap-1 rounded-md border border-line bg-surface px-3 py-2 text-sm">
      <p>
        Polling needs {provider.name} to be connected first, under{' '}
        <Link to="/dashboard/integrations" className="underline decoration-line-strong underline-offset-3">
          Integrations
        </Link>
        .
      </p>
      <Told hint={undefined} error={error} />
    </div>
  )
}

type IntervalProps = Pick<ListeningProps, 'provider' | 'draft' | 'issues' | 'onChange'>

function IntervalField({ provider, draft, issues, onChange }: IntervalProps) {
  const { defaultIntervalSeconds = 60, minIntervalSeconds = 60 } = provider.polling ?? {}
  return (
    <TextField
      label="Polling interval in seconds (optional)"
      type="number"
      min={minIntervalSeconds}
      max={86_400}
      step={1}
      value={draft.intervalSeconds}
      placeholder={String(defaultIntervalSeconds)}
      hint={`Default: ${everyInWords(defaultIntervalSeconds)}.`}
      error={issueAt(issues, 'pollingIntervalSeconds')}
      onText={(intervalSeconds) => onChange({ ...draft, intervalSeconds })}
    />
  )
}

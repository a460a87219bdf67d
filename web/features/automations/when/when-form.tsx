import { useState } from 'react'
import type { Integration } from '#schema/contracts/integrations'
import type { Provider } from '#schema/contracts/providers'
import { explainError } from '../../../client.ts'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup } from '../../../ui/choice-group.tsx'
import { DialogEnd } from '../../../ui/dialog.tsx'
import { InlineError } from '../../../ui/states.tsx'
import { FilterField } from '../filter/filter-field.tsx'
import { issueAt, issuesElsewhere, issuesOf } from '../schema-form/issues.ts'
import type { Issue } from '../schema-form/issues.ts'
import { SchemaForm } from '../schema-form/schema-form.tsx'
import { TryDraft } from '../try/try-it.tsx'
import { providerOf, typeOf } from '../when-words.ts'
import { EventPicker } from './event-picker.tsx'
import { ListeningFields } from './listening-fields.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { fieldsOf, requestOf, withProvider, withType } from './when-draft.ts'
import type { WhenDraft, WhenRequest } from './when-draft.ts'

/** What the form chooses from. */
export interface WhenChoices {
  providers: readonly Provider[]
  integrations: readonly Integration[]
}

interface WhenFormProps {
  choices: WhenChoices
  initial: WhenDraft
  /** Whether it is there already: then the provider and how its events come about stay. */
  saved: boolean
  busy: boolean
  error: unknown
  action: string
  /** What has to be known before it is sent again. */
  notice?: string | undefined
  onSubmit: (request: WhenRequest) => void
}

/** When an automation runs: which event of which service, how it comes about, and what must be true of it. */
export function WhenForm({ choices, initial, saved, busy, error, action, notice, onSubmit }: WhenFormProps) {
  const [draft, setDraft] = useState(initial)
  const request = requestOf(draft)
  const provider = draft.provider === null ? undefined : providerOf(choices.providers, draft.provider)
  return (
    <form
      aria-label="Runs when"
      className="grid grid-cols-[minmax(0,1fr)] gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (request !== null && !busy) onSubmit(request)
      }}
    >
      {saved ? null : <ProviderChoice providers={choices.providers} draft={draft} onChange={setDraft} />}
      {provider === undefined ? null : (
        <EventFields
          provider={provider}
          choices={choices}
          draft={draft}
          saved={saved}
          issues={issuesOf(error)}
          onChange={setDraft}
        />
      )}
      <DialogEnd>
        <div className="min-w-0 flex-1">
          {notice === undefined ? null : <InlineError>{notice}</InlineError>}
          <Refusal draft={draft} choices={choices} error={error} />
        </div>
        <Button type="submit" look="primary" disabled={draft.eventType === null || busy}>
          {busy ? 'One moment…' : action}
        </Button>
      </DialogEnd>
    </form>
  )
}

interface ProviderProps {
  providers: readonly Provider[]
  draft: WhenDraft
  onChange: (draft: WhenDraft) => void
}

function ProviderChoice({ providers, draft, onChange }: ProviderProps) {
  const offered = providers.filter(({ id }) => id !== 'manual')
  return (
    <ChoiceGroup
      heading
      label="Where it happens"
      value={draft.provider}
      options={offered.map(({ id, name }) => ({ value: id, label: name }))}
      className="grid-cols-2 sm:grid-cols-3"
      onChange={(id) => {
        const chosen = providerOf(providers, id)
        if (chosen !== undefined) onChange(withProvider(chosen))
      }}
    />
  )
}

interface EventProps {
  provider: Provider
  choices: WhenChoices
  draft: WhenDraft
  saved: boolean
  issues: readonly Issue[]
  onChange: (draft: WhenDraft) => void
}

function EventFields({ provider, choices, draft, saved, issues, onChange }: EventProps) {
  const type = typeOf(provider, draft.eventType ?? '')
  const fields = fieldsOf(choices.providers, draft)
  const offered = provider.triggerTypes.filter(({ mechanisms }) => {
    return !saved || draft.mechanism === null || mechanisms.includes(draft.mechanism)
  })
  return (
    <>
      <EventPicker
        key={provider.id}
        types={offered}
        value={draft.eventType}
        error={issueAt(issues, 'eventType')}
        onChange={(chosen) => onChange(withType(draft, chosen))}
      />
      {type === undefined ? null : draft.mechanism === 'scheduled' ? (
        <ScheduleFields value={draft.config} issues={issues} onChange={(config) => onChange({ ...draft, config })} />
      ) : (
        <>
          <ListeningFields
            provider={provider}
            type={type}
            integrations={choices.integrations}
            draft={draft}
            saved={saved}
            issues={issues}
            onChange={onChange}
          />
          <SchemaForm
            key={type.id}
            fields={fields}
            value={draft.config}
            issues={issues}
            path="config"
            onChange={(config) => onChange({ ...draft, config })}
          />
          <FilterField
            value={draft.filter}
            provider={provider.id}
            eventType={type.id}
            error={issueAt(issues, 'filter')}
            onChange={(filter) => onChange({ ...draft, filter })}
          />
          {provider.webhookAddresses.length === 0 ? null : <TryDraft draft={draft} />}
        </>
      )}
    </>
  )
}

/** What was refused, unless it is said at a field. */
function Refusal({ draft, choices, error }: { draft: WhenDraft; choices: WhenChoices; error: unknown }) {
  if (error === null || error === undefined) return null
  const issues = issuesOf(error)
  if (issues.length === 0) return <InlineError>{explainError(error).message}</InlineError>
  const config =
    draft.mechanism === 'scheduled'
      ? ['config']
      : fieldsOf(choices.providers, draft).map(({ name }) => `config.${name}`)
  const shown = [...config, 'filter', 'eventType', 'integrationId', 'pollingIntervalSeconds']
  const rest = issuesElsewhere(issues, shown)
  return rest.length === 0 ? null : <InlineError>{rest.join(' ')}</InlineError>
}

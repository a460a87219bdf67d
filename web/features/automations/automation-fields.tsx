import { useQuery } from '@tanstack/react-query'
import { explainError } from '../../client.ts'
import { Field, Textarea } from '../../ui/field.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { RepositorySelect } from '../repositories/repository-select.tsx'
import { repositoriesQuery } from '../sessions/queries.ts'
import { issueAt } from './schema-form/issues.ts'
import type { Issue } from './schema-form/issues.ts'

/** What a person writes about an automation. */
export interface AutomationDraft {
  name: string
  agentInstructions: string
  defaultConfigurationId: string | null
  modelId: string
}

interface FieldsProps {
  draft: AutomationDraft
  issues: readonly Issue[]
  /** What stands under a field because of what others did meanwhile. */
  noteOf?: (field: keyof AutomationDraft) => string | undefined
  onChange: (change: Partial<AutomationDraft>) => void
}

export function AutomationFields({ draft, issues, noteOf = () => undefined, onChange }: FieldsProps) {
  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        required
        maxLength={200}
        error={issueAt(issues, 'name') ?? noteOf('name')}
        onText={(name) => onChange({ name })}
      />
      <Field
        label="Instructions"
        hint="What the agent should do on every run. Event details are added automatically."
        error={issueAt(issues, 'agentInstructions') ?? noteOf('agentInstructions')}
      >
        {(id, describedBy) => (
          <Textarea
            id={id}
            value={draft.agentInstructions}
            maxLength={20_000}
              aria-describedby={describedBy}
            placeholder="Find the cause, write a failing test, fix it, and open a pull request."
            className="field-sizing-content max-h-[40dvh] min-h-28 resize-none"
            onChange={(event) => onChange({ agentInstructions: event.target.value })}
          />
        )}
      </Field>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <RepositoryField
          value={draft.defaultConfigurationId}
          error={issueAt(issues, 'defaultConfigurationId') ?? noteOf('defaultConfigurationId')}
          onChange={(defaultConfigurationId) => onChange({ defaultConfigurationId })}
        />
        <TextField
          label="Model (optional)"
          value={draft.modelId}
          maxLength={200}
          placeholder="The default model"
          error={issueAt(issues, 'modelId') ?? noteOf('modelId')}
          onText={(modelId) => onChange({ modelId })}
        />
      </div>
    </>
  )
}

/** Stands for none; no configuration has this id. */
const NONE = 'none'
const WITHOUT = 'Without a repository its runs cannot begin: choose one, or connect a new one.'

function RepositoryField(props: {
  value: string | null
  error: string | undefined
  onChange: (configurationId: string | null) => void
}) {
  const { value, error, onChange } = props
  const repositories = useQuery(repositoriesQuery(useOrganizationId()))
  if (repositories.data === undefined) {
    if (repositories.error === null) return <Skeleton className="mt-6 h-8" />
    return <InlineError>The repositories could not be loaded. {explainError(repositories.error).message}</InlineError>
  }
  const known = repositories.data.items.map(({ configurationId, name, defaultBranch }) => {
    return { value: configurationId, label: name, hint: defaultBranch, mono: true }
  })
  const isForeign = value !== null && known.every((option) => option.value !== value)
  const none = { value: NONE, label: 'None yet' }
  const options = [none, ...known, ...(isForeign ? [{ value, label: 'As it is set' }] : [])]
  return (
    <Field label="Repository" hint={value === null ? WITHOUT : 'Each run works on a copy of its own.'} error={error}>
      {(id) => (
        <RepositorySelect
          id={id}
          value={value ?? NONE}
          options={options}
          onChange={(chosen) => onChange(chosen === NONE ? null : chosen)}
        />
      )}
    </Field>
  )
}

import { useQuery } from '@tanstack/react-query'
import { explainError } from '../../client.ts'
import { Field, Textarea } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useOrganizationId } from '../identity/me.ts'
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
  disabled?: boolean
  onChange: (change: Partial<AutomationDraft>) => void
}

export function AutomationFields({ draft, issues, noteOf = () => undefined, disabled = false, onChange }: FieldsProps) {
  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        required
        maxLength={200}
        disabled={disabled}
        error={issueAt(issues, 'name') ?? noteOf('name')}
        onText={(name) => onChange({ name })}
      />
      <Field
        label="Instructions"
        hint="What the agent is to do each time. It is told what happened besides."
        error={issueAt(issues, 'agentInstructions') ?? noteOf('agentInstructions')}
      >
        {(id, describedBy) => (
          <Textarea
            id={id}
            value={draft.agentInstructions}
            maxLength={20_000}
            disabled={disabled}
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
          disabled={disabled}
          error={issueAt(issues, 'defaultConfigurationId') ?? noteOf('defaultConfigurationId')}
          onChange={(defaultConfigurationId) => onChange({ defaultConfigurationId })}
        />
        <TextField
          label="Model (optional)"
          value={draft.modelId}
          maxLength={200}
          disabled={disabled}
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
const WITHOUT = 'Without a repository its runs cannot begin.'

function RepositoryField(props: {
  value: string | null
  disabled: boolean
  error: string | undefined
  onChange: (configurationId: string | null) => void
}) {
  const { value, disabled, error, onChange } = props
  const repositories = useQuery(repositoriesQuery(useOrganizationId()))
  if (repositories.data === undefined) {
    if (repositories.error === null) return <Skeleton className="mt-6 h-8" />
    return <InlineError>The repositories could not be loaded. {explainError(repositories.error).message}</InlineError>
  }
  const known = repositories.data.items.map(({ configurationId, name, defaultBranch }) => {
    return { value: configurationId, label: name, hint: defaultBranch }
  })
  const isForeign = value !== null && known.every((option) => option.value !== value)
  const none = { value: NONE, label: 'None yet' }
  const options = [none, ...known, ...(isForeign ? [{ value, label: 'As it is set' }] : [])]
  const shown = options.find((option) => option.value === (value ?? NONE))
  return (
    <Field label="Repository" hint={value === null ? WITHOUT : 'Each run works on a copy of its own.'} error={error}>
      {(id) =>
        disabled ? (
          <p id={id}>{shown?.label}</p>
        ) : (
          <Select
            id={id}
            value={value ?? NONE}
            options={options}
            className="w-full border-line-strong"
            onChange={(chosen) => onChange(chosen === NONE ? null : chosen)}
          />
        )
      }
    </Field>
  )
}

import { useId } from 'react'
import { Field, Input } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { ChipsField } from './chips-field.tsx'
import { objectOf, textsIn, withValue } from './config-value.ts'
import type { Config } from './config-value.ts'
import { issueAt } from './issues.ts'
import type { Issue } from './issues.ts'
import { JsonField } from './json-field.tsx'
import { PairsField } from './pairs-field.tsx'
import type { SchemaField } from './read-schema.ts'
import { Told } from './told.tsx'

interface FormProps {
  fields: readonly SchemaField[]
  value: Config
  onChange: (value: Config) => void
  /** What the API refused; their paths begin with `path`. */
  issues: readonly Issue[]
  path: string
}

/** The fields of a JSON Schema, with their values. */
export function SchemaForm({ fields, value, onChange, issues, path }: FormProps) {
  return fields.map((field) => (
    <OneField
      key={field.name}
      field={field}
      value={value[field.name]}
      issues={issues}
      path={`${path}.${field.name}`}
      onChange={(next) => onChange(withValue(value, field.name, next))}
    />
  ))
}

interface FieldProps {
  field: SchemaField
  value: unknown
  onChange: (value: unknown) => void
  issues: readonly Issue[]
  path: string
}

function OneField({ field, value, onChange, issues, path }: FieldProps) {
  const told = { label: labelOf(field), hint: field.hint, error: issueAt(issues, path) }
  switch (field.kind) {
    case 'text':
    case 'number':
      return <LineField field={field} value={value} error={told.error} onChange={onChange} />
    case 'flag':
      return <FlagField {...told} fallback={field.fallback} value={value} onChange={onChange} />
    case 'choice':
      return <ChoiceField {...told} field={field} value={value} onChange={onChange} />
    case 'choices':
      return <ChipsField {...told} options={field.options} value={textsIn(value)} onChange={onChange} />
    case 'texts':
      return <ChipsField {...told} value={textsIn(value)} onChange={onChange} />
    case 'pairs':
      return <PairsField {...told} value={objectOf(value)} onChange={onChange} />
    case 'json':
      return <JsonField {...told} value={value} onChange={onChange} />
    case 'group':
      return (
        <fieldset className="grid gap-4 rounded-md border border-line px-3 pt-1 pb-3">
          <legend className="px-1 text-sm font-medium">{field.title}</legend>
          {field.hint === undefined ? null : <p className="text-xs text-ink-faint">{field.hint}</p>}
          <SchemaForm fields={field.fields} value={objectOf(value)} issues={issues} path={path} onChange={onChange} />
        </fieldset>
      )
  }
}

function labelOf({ title, required, kind }: SchemaField): string {
  return required || kind === 'flag' ? title : `${title} (optional)`
}

type LineProps = Pick<FieldProps, 'value' | 'onChange'> & {
  field: Extract<SchemaField, { kind: 'text' | 'number' }>
  error: string | undefined
}

function LineField({ field, value, onChange, error }: LineProps) {
  const limits =
    field.kind === 'text'
      ? { maxLength: field.maxLength, pattern: field.pattern }
      : { type: 'number', min: field.min, max: field.max, step: field.isInteger ? 1 : 'any' }
  const read = (text: string) => (field.kind === 'text' || text === '' ? text : Number(text))
  return (
    <Field label={labelOf(field)} hint={field.hint} error={error}>
      {(id, describedBy) => (
        <Input
          id={id}
          value={typeof value === 'string' || typeof value === 'number' ? value : ''}
          required={field.required}
          autoComplete="off"
          spellCheck={false}
          placeholder={field.fallback === undefined ? undefined : String(field.fallback)}
          aria-invalid={error !== undefined}
          aria-describedby={describedBy}
          onChange={(event) => onChange(read(event.target.value))}
          {...limits}
        />
      )}
    </Field>
  )
}

interface Said {
  label: string
  hint: string | undefined
  error: string | undefined
}

function FlagField(props: Said & { fallback: unknown; value: unknown; onChange: (value: unknown) => void }) {
  const { label, hint, error, fallback, value, onChange } = props
  const id = useId()
  return (
    <div className="grid gap-1">
      <label className="flex items-center gap-2.5 text-sm font-medium">
        <input
          type="checkbox"
          className="size-3.5 accent-ink"
          checked={(value ?? fallback) === true}
          aria-describedby={id}
          onChange={({ target }) => onChange(target.checked || (fallback === undefined ? undefined : false))}
        />
        {label}
      </label>
      <Told id={id} hint={hint} error={error} />
    </div>
  )
}

/** Stands for no choice; no schema names it. */
const NONE = ' '

type ChoiceProps = Said & {
  field: Extract<SchemaField, { kind: 'choice' | 'choices' }>
  value: unknown
  onChange: (value: unknown) => void
}

function ChoiceField({ label, hint, error, field, value, onChange }: ChoiceProps) {
  const options = field.options.map((option) => ({ value: option, label: option.replaceAll('_', ' ') }))
  const all = field.required ? options : [{ value: NONE, label: 'Any' }, ...options]
  const chosen = typeof value === 'string' ? value : field.required ? undefined : NONE
  return (
    <Field label={label} hint={hint} error={error}>
      {(id) => (
        <Select
          id={id}
          value={chosen}
          options={all}
          placeholder="Choose"
          className="w-full border-line-strong"
          onChange={(next) => onChange(next === NONE ? undefined : next)}
        />
      )}
    </Field>
  )
}

import { useId } from 'react'
import type { AuditEntry } from '#schema/contracts/audit'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { isFiltered } from './audit-search.ts'
import type { AuditSearch } from './audit-search.ts'
import { SUBJECTS, subjectInWords, verbInWords, VERBS } from './in-words.ts'

/** Stands for no choice; no verb, subject or id is written so. */
const ANY = '*'

type Person = { userId: string; name: string }

interface FiltersProps {
  search: AuditSearch
  onSearch: (search: AuditSearch) => void
  entries: readonly AuditEntry[]
  people: readonly Person[]
}

export function AuditFilters({ search, onSearch, entries, people }: FiltersProps) {
  const set = (change: Partial<AuditSearch>) => onSearch({ ...search, ...change })
  // Everything that can be logged, and what else the loaded entries name.
  const verbs = [...Object.keys(VERBS), ...entries.map(({ verb }) => verb)]
  const subjects = [...Object.keys(SUBJECTS), ...entries.map(({ subject }) => subject.kind)]
  return (
    <search className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2 md:px-5">
      <Choice
        label="Who"
        all="Everyone"
        value={search.actor}
        options={actorsOf(people, entries)}
        onChange={(actor) => set({ actor })}
      />
      <Choice
        label="Action"
        all="All actions"
        value={search.verb}
        options={optionsOf(verbs, verbInWords)}
        onChange={(verb) => set({ verb })}
      />
      <Choice
        label="Subject"
        all="All subjects"
        value={search.subject}
        options={optionsOf(subjects, subjectInWords)}
        onChange={(subject) => set({ subject })}
      />
      <Day label="From" value={search.from} onChange={(from) => set({ from })} />
      <Day label="To" value={search.to} onChange={(to) => set({ to })} />
      {isFiltered(search) ? (
        <Button look="quiet" size="small" onClick={() => onSearch({})}>
          Clear
        </Button>
      ) : null}
    </search>
  )
}

type Option = { value: string; label: string }

/** The people, and who else is named in the entries: for example who has left. */
function actorsOf(people: readonly Person[], entries: readonly AuditEntry[]): Option[] {
  const names = new Map(people.map(({ userId, name }) => [userId, name]))
  for (const { actor } of entries) if (actor.id !== null && !names.has(actor.id)) names.set(actor.id, actor.name)
  return [...names].map(([value, label]) => ({ value, label }))
}

function optionsOf(words: readonly string[], labelOf: (word: string) => string): Option[] {
  const options = [...new Set(words)].map((value) => ({ value, label: labelOf(value) }))
  return options.sort((one, other) => one.label.localeCompare(other.label))
}

function Choice(props: {
  label: string
  all: string
  value: string | undefined
  options: readonly Option[]
  onChange: (value: string | undefined) => void
}) {
  const { label, all, value, options, onChange } = props
  const isKnown = value === undefined || options.some((option) => option.value === value)
  const given = isKnown ? [] : [{ value, label: value }]
  return (
    <Select
      label={label}
      value={value ?? ANY}
      options={[{ value: ANY, label: all }, ...options, ...given]}
      className="h-7 max-w-48"
      onChange={(chosen) => onChange(chosen === ANY ? undefined : chosen)}
    />
  )
}

function Day(props: { label: string; value: string | undefined; onChange: (value: string | undefined) => void }) {
  const id = useId()
  return (
    <div className="flex items-center gap-1.5">
      <label htmlFor={id} className="text-xs text-ink-faint">
        {props.label}
      </label>
      <Input
        id={id}
        type="date"
        value={props.value ?? ''}
        className="h-7 w-34 border-line text-sm"
        onChange={({ target }) => props.onChange(target.value === '' ? undefined : target.value)}
      />
    </div>
  )
}

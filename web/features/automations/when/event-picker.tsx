import { useState } from 'react'
import type { TriggerTypeInfo } from '#schema/contracts/providers'
import { ChoiceGroup } from '../../../ui/choice-group.tsx'
import { Input } from '../../../ui/field.tsx'
import { Told } from '../schema-form/told.tsx'

/** More than so many are searched. */
const SEARCHED_FROM = 9

/** What can happen at a service, to choose one. */
export function EventPicker(props: {
  types: readonly TriggerTypeInfo[]
  value: string | null
  error: string | undefined
  onChange: (type: TriggerTypeInfo) => void
}) {
  const { types, value, error, onChange } = props
  const [search, setSearch] = useState('')
  const words = search.trim().toLowerCase()
  const found = types.filter(({ title, description }) => `${title} ${description}`.toLowerCase().includes(words))
  const choose = (id: string) => {
    const type = types.find((candidate) => candidate.id === id)
    if (type !== undefined) onChange(type)
  }
  const [only, ...others] = types
  if (only !== undefined && others.length === 0) return <p className="text-sm text-ink-soft">{only.description}</p>
  return (
    <section aria-label="Event" className="grid gap-1.5">
      <h3 className="text-sm font-medium">What happens</h3>
      {types.length < SEARCHED_FROM ? null : (
        <Input
          type="search"
          value={search}
          aria-label="Search events"
          placeholder={`Search ${types.length} events`}
          onChange={({ target }) => setSearch(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault()
          }}
        />
      )}
      {found.length === 0 ? (
        <p className="py-2 text-sm text-ink-faint">No event is called so.</p>
      ) : (
        <ChoiceGroup
          label="What happens"
          value={value}
          options={found.map(({ id, title, description }) => ({ value: id, label: title, hint: description }))}
          className="max-h-56 overflow-y-auto p-0.5 sm:grid-cols-2"
          onChange={choose}
        />
      )}
      <Told hint={undefined} error={error} />
    </section>
  )
}

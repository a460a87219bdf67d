import { useRef, useState } from 'react'
import type { TriggerTypeInfo } from '#schema/contracts/providers'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup } from '../../../ui/choice-group.tsx'
import { Input } from '../../../ui/field.tsx'
import { Told } from '../schema-form/told.tsx'

/** More than so many are searched, and listed by their titles alone. */
const SEARCHED_FROM = 9

interface PickerProps {
  types: readonly TriggerTypeInfo[]
  value: string | null
  error: string | undefined
  onChange: (type: TriggerTypeInfo) => void
}

/** What can happen at a service, to choose one; the list makes room for the form once one is chosen. */
export function EventPicker({ types, value, error, onChange }: PickerProps) {
  const [choosing, setChoosing] = useState(value === null)
  const [only, ...others] = types
  if (only !== undefined && others.length === 0) return <p className="text-sm text-ink-soft">{only.description}</p>
  const chosen = types.find(({ id }) => id === value)
  return (
    <section aria-label="Event" className="grid grid-cols-1 gap-1.5">
      <h3 className="text-sm font-medium">What happens</h3>
      {choosing || chosen === undefined ? (
        <EventList types={types} value={value} onChange={onChange} onDone={() => setChoosing(false)} />
      ) : (
        <ChosenEvent type={chosen} onAgain={() => setChoosing(true)} />
      )}
      <Told hint={undefined} error={error} />
    </section>
  )
}

function ChosenEvent({ type, onAgain }: { type: TriggerTypeInfo; onAgain: () => void }) {
  const { title, description } = type
  return (
    <div className="flex items-center gap-3 rounded-md border border-ink bg-selected px-2.5 py-1.5 text-sm">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {saysMore(description) ? <p className="text-xs text-ink-faint">{description}</p> : null}
      </div>
      <Button size="small" aria-label={`Change the event, now ${title}`} onClick={onAgain}>
        Change
      </Button>
    </div>
  )
}

/** Whether a description tells what the title does not; those of single actions only name the action again. */
const saysMore = (description: string) => !/ sends the action /.test(description)

interface ListProps extends Pick<PickerProps, 'types' | 'value' | 'onChange'> {
  onDone: () => void
}

function EventList({ types, value, onChange, onDone }: ListProps) {
  const [search, setSearch] = useState('')
  // Arrow keys choose each entry that they pass: the list closes for pointers only.
  const byPointer = useRef(false)
  const isLong = types.length >= SEARCHED_FROM
  const words = search.trim().toLowerCase()
  const found = types.filter(({ title, description }) => `${title} ${description}`.toLowerCase().includes(words))
  const options = found.map(({ id, title, description }) => {
    return { value: id, label: title, ...(isLong ? {} : { hint: description }) }
  })
  const choose = (id: string) => {
    const type = types.find((candidate) => candidate.id === id)
    if (type === undefined) return
    onChange(type)
    if (byPointer.current) onDone()
  }
  return (
    <>
      {isLong ? (
        <Input
          type="search"
          value={search}
          autoFocus={value !== null}
          aria-label="Search events"
          placeholder={`Search ${types.length} events`}
          onChange={({ target }) => setSearch(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault()
          }}
        />
      ) : null}
      {found.length === 0 ? (
        <p className="py-2 text-sm text-ink-faint">No matching events</p>
      ) : (
        <div
          onPointerDown={() => {
            byPointer.current = true
          }}
          onKeyDown={() => {
            byPointer.current = false
          }}
        >
          <ChoiceGroup
            label="What happens"
            value={value}
            options={options}
            className="max-h-56 overflow-y-auto p-0.5 sm:grid-cols-2"
            onChange={choose}
          />
        </div>
      )}
    </>
  )
}

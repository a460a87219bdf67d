import { Search } from 'lucide-react'
import { useId } from 'react'
import { DeliveryResult, DeliveryStatus } from '#schema/contracts/deliveries'
import type { Delivery } from '#schema/contracts/deliveries'
import { TriggerProvider } from '#schema/contracts/triggers'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { counted } from '../../ui/format.ts'
import { Select } from '../../ui/select.tsx'
import { countFilters, LAST, localMinuteOf } from './deliveries-search.ts'
import type { DeliveriesSearch, Last } from './deliveries-search.ts'
import { deliveryStatusLabel, RESULT_LABELS, SENDERS } from './delivery-status.tsx'
import { knownEvents } from './known-events.ts'
import { useDebounced } from './use-debounced.ts'

/** Stands for no choice; no status, provider or event is written so. */
const ANY = '*'
const BETWEEN = 'between'

const STRETCHES: Record<Last, string> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
}

interface FiltersProps {
  search: DeliveriesSearch
  onSearch: (search: DeliveriesSearch) => void
  deliveries: readonly Delivery[]
}

export function DeliveryFilters({ search, onSearch, deliveries }: FiltersProps) {
  const set = (change: Partial<DeliveriesSearch>) => onSearch({ ...search, ...change })
  const events = knownEvents(search, deliveries).map((event) => ({ value: event, label: event }))
  return (
    <search className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2 md:px-5">
      <TextSearch value={search.q} onChange={(q) => set({ q })} />
      <Choice
        label="Provider"
        all="All providers"
        value={search.provider}
        options={TriggerProvider.options.flatMap((value) => {
          const label = SENDERS[value]
          return label === undefined ? [] : [{ value, label }]
        })}
        onChange={(provider) => set({ provider, event: undefined })}
      />
      <Choice
        label="Event"
        all="All events"
        value={search.event}
        options={events}
        onChange={(event) => set({ event })}
      />
      <Choice
        label="Result"
        all="All results"
        value={search.result}
        options={DeliveryResult.options.map((value) => ({ value, label: RESULT_LABELS[value] }))}
        onChange={(result) => set({ result })}
      />
      <Choice
        label="Status"
        all="All statuses"
        value={search.status}
        options={DeliveryStatus.options.map((value) => ({ value, label: deliveryStatusLabel(value) }))}
        onChange={(status) => set({ status })}
      />
      <TimeRange search={search} set={set} />
      <ClearAll search={search} onSearch={onSearch} />
    </search>
  )
}

function ClearAll({ search, onSearch }: Pick<FiltersProps, 'search' | 'onSearch'>) {
  const active = countFilters(search)
  if (active === 0) return null
  return (
    <p className="flex items-center gap-1 text-xs text-ink-faint">
      <span role="status">{counted(active, 'filter')}</span>
      <Button look="quiet" size="small" onClick={() => onSearch({})}>
        Clear all
      </Button>
    </p>
  )
}

function TextSearch({ value, onChange }: { value: string | undefined; onChange: (q: string | undefined) => void }) {
  const [typed, setTyped] = useDebounced(value ?? '', (q) => onChange(q === '' ? undefined : q))
  return (
    <div className="relative w-full sm:w-52">
      <Search aria-hidden className="absolute top-1/2 left-2 size-3.5 -translate-y-1/2 text-ink-faint" />
      <Input
        type="search"
        aria-label="Search deliveries"
        placeholder="Search id, event, body…"
        maxLength={200}
        value={typed}
        className="h-7 border-line pl-7 text-sm"
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  )
}

function Choice<Value extends string>(props: {
  label: string
  all: string
  value: Value | undefined
  options: readonly { value: Value; label: string }[]
  onChange: (value: Value | undefined) => void
}) {
  const { label, all, value, options, onChange } = props
  return (
    <Select<Value | typeof ANY>
      label={label}
      value={value ?? ANY}
      options={[{ value: ANY, label: all }, ...options]}
      className="h-7 max-w-44"
      onChange={(chosen) => onChange(chosen === ANY ? undefined : chosen)}
    />
  )
}

type Stretch = Last | typeof ANY | typeof BETWEEN

function TimeRange(props: { search: DeliveriesSearch; set: (change: Partial<DeliveriesSearch>) => void }) {
  const { search, set } = props
  const isBetween = search.last === undefined && (search.from !== undefined || search.to !== undefined)
  const choose = (stretch: Stretch) => {
    if (stretch === ANY) return set({ last: undefined, from: undefined, to: undefined })
    if (stretch !== BETWEEN) return set({ last: stretch, from: undefined, to: undefined })
    const now = Date.now()
    set({ last: undefined, from: localMinuteOf(now - LAST[search.last ?? '24h']), to: localMinuteOf(now) })
  }
  return (
    <>
      <Select<Stretch>
        label="Time"
        value={search.last ?? (isBetween ? BETWEEN : ANY)}
        options={[
          { value: ANY, label: 'Any time' },
          ...(Object.keys(STRETCHES) as Last[]).map((value) => ({ value, label: STRETCHES[value] })),
          { value: BETWEEN, label: 'Between…' },
        ]}
        className="h-7"
        onChange={choose}
      />
      {isBetween ? (
        <>
          <Minute label="From" value={search.from} onChange={(from) => set({ from })} />
          <Minute label="To" value={search.to} onChange={(to) => set({ to })} />
        </>
      ) : null}
    </>
  )
}

function Minute(props: { label: string; value: string | undefined; onChange: (value: string | undefined) => void }) {
  const id = useId()
  return (
    <div className="flex items-center gap-1.5">
      <label htmlFor={id} className="text-xs text-ink-faint">
        {props.label}
      </label>
      <Input
        id={id}
        type="datetime-local"
        value={props.value ?? ''}
        className="h-7 w-48 border-line text-sm"
        onChange={({ target }) => props.onChange(target.value === '' ? undefined : target.value.slice(0, 16))}
      />
    </div>
  )
}

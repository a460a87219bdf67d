import { useQuery } from '@tanstack/react-query'
import { ListFilter, Search, X } from 'lucide-react'
import { useId, useState } from 'react'
import { DeliveryResult, DeliveryStatus } from '#schema/contracts/deliveries'
import type { Delivery } from '#schema/contracts/deliveries'
import { TriggerProvider } from '#schema/contracts/triggers'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'
import { Input } from '../../ui/field.tsx'
import { counted } from '../../ui/format.ts'
import { Select } from '../../ui/select.tsx'
import { automationNamesQuery, whenItemQuery } from '../automations/queries.ts'
import { useOrganizationId } from '../identity/me.ts'
import { countFilters, LAST, localMinuteOf } from './deliveries-search.ts'
import type { DeliveriesSearch, Last } from './deliveries-search.ts'
import { deliveryStatusLabel, RESULT_LABELS, SENDERS } from './delivery-status.tsx'
import { knownEvents } from './known-events.ts'
import { useDebounced } from './use-debounced.ts'

/** Stands for no choice; no status, service or event is written so. */
const ANY = '*'
const BETWEEN = 'between'

export const STRETCHES: Record<Last, string> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
}

interface FiltersProps {
  search: DeliveriesSearch
  onSearch: (search: DeliveriesSearch) => void
  deliveries: readonly Delivery[]
}

/** What narrows the list. On a phone the choices are folded behind one button. */
export function DeliveryFilters({ search, onSearch, deliveries }: FiltersProps) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const set = (change: Partial<DeliveriesSearch>) => onSearch({ ...search, ...change })
  return (
    <search className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2 md:px-5">
      <TextSearch value={search.q} onChange={(q) => set({ q })} />
      <Button
        size="small"
        aria-expanded={open}
        aria-controls={id}
        className="sm:hidden"
        onClick={() => setOpen(!open)}
      >
        <ListFilter aria-hidden />
        Filters
      </Button>
      <div id={id} className={cx(open ? 'flex w-full flex-wrap gap-2' : 'hidden', 'sm:contents')}>
        <Choices search={search} deliveries={deliveries} set={set} />
        <TimeRange search={search} set={set} />
      </div>
      {search.trigger === undefined ? null : (
        <AutomationChip
          triggerId={search.trigger}
          deliveries={deliveries}
          onRemove={() => set({ trigger: undefined })}
        />
      )}
      <ClearAll search={search} onSearch={onSearch} />
    </search>
  )
}

type Set = (change: Partial<DeliveriesSearch>) => void

function Choices({ search, deliveries, set }: Pick<FiltersProps, 'search' | 'deliveries'> & { set: Set }) {
  const events = knownEvents(search, deliveries).map((event) => ({ value: event, label: event }))
  return (
    <>
      <Choice
        label="Service"
        all="All services"
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
    </>
  )
}

/** The one automation that the list is about; others are chosen from the automation itself. */
function AutomationChip(props: { triggerId: string; deliveries: readonly Delivery[]; onRemove: () => void }) {
  const name = useAutomationName(props.triggerId, props.deliveries)
  return (
    <span className="inline-flex h-7 max-w-full items-center gap-1 rounded-md border border-line bg-surface pl-2.5 text-sm">
      <span className="truncate">Automation: {name}</span>
      <Button look="quiet" size="icon" aria-label="Show deliveries of all automations" className="size-6.5" onClick={props.onRemove}>
        <X aria-hidden />
      </Button>
    </span>
  )
}

/** The shown deliveries name it; when there is none, what it runs on leads to it, unless that was removed. */
function useAutomationName(triggerId: string, deliveries: readonly Delivery[]): string {
  const organizationId = useOrganizationId()
  const decisions = deliveries.flatMap(({ outcome }) => outcome?.decisions ?? [])
  const named = decisions.find((decision) => decision.triggerId === triggerId)?.automationName
  const enabled = named === undefined
  const { data: when, error } = useQuery({ ...whenItemQuery(organizationId, triggerId), enabled, retry: false })
  const { data: names } = useQuery({ ...automationNamesQuery(organizationId), enabled })
  if (named !== undefined) return named
  if (error !== null) return 'removed'
  return (when === undefined ? undefined : names?.get(when.body.automationId)) ?? '…'
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

function TimeRange(props: { search: DeliveriesSearch; set: Set }) {
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

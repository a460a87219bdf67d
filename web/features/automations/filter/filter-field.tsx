import type { TriggerProvider } from '#schema/contracts/triggers'
import { Button } from '../../../ui/button.tsx'
import { Field, Textarea } from '../../../ui/field.tsx'
import { Told } from '../schema-form/told.tsx'
import { useEventPaths } from './event-paths.ts'
import { EVENT_PATHS, FilterGroup } from './filter-group.tsx'
import { readFilter, turnedOver } from './filter-draft.ts'
import type { FilterState } from './filter-draft.ts'

const HINT = 'Looks anywhere into the event. Names are joined by dots: context.github.labels[*] is any of the labels.'

/** What else must be true of the event: rows to fill in, or the same as JSON. */
export function FilterField(props: {
  value: FilterState
  /** What the event is that it asks. */
  provider: TriggerProvider
  eventType: string
  onChange: (value: FilterState) => void
  error: string | undefined
}) {
  const { value, provider, eventType, onChange, error } = props
  const read = readFilter(value)
  const isUsed = value.by === 'json' || value.root.parts.length > 0
  const wrong = read.ok ? error : read.message
  const turned = turnedOver(value)
  const paths = useEventPaths({ provider, eventType, enabled: isUsed })
  return (
    <section aria-label="Filter" className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-sm font-medium">Only if (optional)</h3>
        <Button
          look="quiet"
          size="small"
          disabled={turned === null}
          onClick={() => (turned === null ? undefined : onChange(turned))}
        >
          {value.by === 'json' ? 'Use the builder' : 'Write as JSON'}
        </Button>
      </div>
      {value.by === 'builder' ? (
        <>
          <datalist id={EVENT_PATHS}>
            {paths.map((path) => (
              <option key={path} value={path} />
            ))}
          </datalist>
          <FilterGroup group={value.root} onChange={(root) => onChange({ by: 'builder', root })} />
          <Told hint={isUsed ? HINT : undefined} error={isUsed && isWritten(value) ? wrong : undefined} />
        </>
      ) : (
        <Field label="Filter as JSON" hint={HINT} error={wrong}>
          {(id, describedBy) => (
            <Textarea
              id={id}
              value={value.text}
              spellCheck={false}
              placeholder={'{ "op": "eq", "path": "context.github.action", "value": "opened" }'}
              className="field-sizing-content max-h-72 min-h-24 font-mono text-xs"
              aria-invalid={wrong !== undefined}
              aria-describedby={describedBy}
              onChange={({ target }) => onChange({ by: 'json', text: target.value })}
            />
          )}
        </Field>
      )}
    </section>
  )
}

/** Whether every row says where it looks: before that nobody needs to hear that something is missing. */
function isWritten(state: Extract<FilterState, { by: 'builder' }>): boolean {
  const hasPath = (part: (typeof state.root.parts)[number]): boolean => {
    return part.kind === 'group' ? part.parts.every(hasPath) : part.path.trim() !== ''
  }
  return state.root.parts.every(hasPath)
}

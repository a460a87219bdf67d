import { Plus, X } from 'lucide-react'
import { Button } from '../../../ui/button.tsx'
import { cx } from '../../../ui/class-names.ts'
import { Input } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { emptyClause, emptyGroup } from './filter-draft.ts'
import type { ClauseDraft, FilterDraft, GroupDraft, Mode, Operator } from './filter-draft.ts'
import { OPERATORS } from './filter-words.ts'

/** Groups within groups: deeper ones are written as JSON. */
const MAX_DEPTH = 3

const MODES: readonly { value: Mode; label: string }[] = [
  { value: 'and', label: 'All of these' },
  { value: 'or', label: 'Any of these' },
  { value: 'nor', label: 'None of these' },
  { value: 'nand', label: 'Not all of these' },
]

/** The datalist with the paths to suggest. */
export const EVENT_PATHS = 'event-paths'

interface GroupProps {
  group: GroupDraft
  onChange: (group: GroupDraft) => void
  /** Left out: it is the whole filter, and stays. */
  onRemove?: () => void
  depth?: number
}

/** Parts that go together in one way; each a row, or a group again. */
export function FilterGroup({ group, onChange, onRemove, depth = 1 }: GroupProps) {
  const set = (parts: FilterDraft[]) => onChange({ ...group, parts })
  const replace = (changed: FilterDraft) => {
    set(group.parts.map((part) => (part.key === changed.key ? changed : part)))
  }
  const remove = ({ key }: FilterDraft) => set(group.parts.filter((part) => part.key !== key))
  const isNested = onRemove !== undefined
  return (
    <div role="group" aria-label="Group" className={cx('grid gap-2', isNested && 'border-l-2 border-line pl-3')}>
      {isNested || group.parts.length > 1 || group.mode !== 'and' ? (
        <div className="flex items-center gap-1.5">
          <Select
            label="How they go together"
            value={group.mode}
            options={MODES}
            className="h-7"
            onChange={(mode) => onChange({ ...group, mode })}
          />
          {isNested ? <RemoveButton label="Remove group" onClick={onRemove} /> : null}
        </div>
      ) : null}
      {group.parts.map((part) =>
        part.kind === 'clause' ? (
          <ClauseRow key={part.key} clause={part} onChange={replace} onRemove={() => remove(part)} />
        ) : (
          <FilterGroup
            key={part.key}
            group={part}
            depth={depth + 1}
            onChange={replace}
            onRemove={() => remove(part)}
          />
        ),
      )}
      <div className="flex flex-wrap gap-1.5">
        <Button size="small" onClick={() => set([...group.parts, emptyClause()])}>
          <Plus aria-hidden />
          Add a condition
        </Button>
        {depth < MAX_DEPTH ? (
          <Button look="quiet" size="small" onClick={() => set([...group.parts, emptyGroup([emptyClause()])])}>
            <Plus aria-hidden />
            Add a group
          </Button>
        ) : null}
      </div>
    </div>
  )
}

function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button look="quiet" size="icon" aria-label={label} onClick={onClick}>
      <X aria-hidden />
    </Button>
  )
}

/** Opposites that an operator of their own says better: `is not` is written as such. */
const ASKED_ALONE: readonly Operator[] = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte']

function operatorOptions({ operator, negated }: ClauseDraft) {
  return Object.entries(OPERATORS).flatMap(([op, { label, opposite }]) => {
    const isAlone = ASKED_ALONE.some((one) => one === op) && !(negated && operator === op)
    const opposites = isAlone ? [] : [{ value: `not:${op}`, label: opposite }]
    return [{ value: op, label }, ...opposites]
  })
}

const PLACEHOLDERS: Partial<Record<Operator, string>> = { in: 'bug, crash', matches: 'Pattern (RE2)' }

interface ClauseProps {
  clause: ClauseDraft
  onChange: (clause: ClauseDraft) => void
  onRemove: () => void
}

function ClauseRow({ clause, onChange, onRemove }: ClauseProps) {
  const chooseOperator = (value: string) => {
    const negated = value.startsWith('not:')
    onChange({ ...clause, negated, operator: (negated ? value.slice('not:'.length) : value) as Operator })
  }
  return (
    <div
      role="group"
      aria-label="Condition"
      className={cx(
        'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-1.5',
        'sm:grid-cols-[minmax(0,5fr)_9rem_minmax(0,4fr)_auto]',
      )}
    >
      <Input
        value={clause.path}
        aria-label="Where in the event"
        placeholder="context.github.labels[*]"
        list={EVENT_PATHS}
        autoComplete="off"
        spellCheck={false}
        required
        className="col-span-2 font-mono text-xs sm:col-span-1"
        onChange={({ target }) => onChange({ ...clause, path: target.value })}
      />
      <Select
        label="Operator"
        value={clause.negated ? `not:${clause.operator}` : clause.operator}
        options={operatorOptions(clause)}
        className="col-span-2 border-line-strong sm:col-span-1"
        onChange={chooseOperator}
      />
      {clause.operator === 'exists' ? (
        <span />
      ) : (
        <Input
          value={clause.text}
          aria-label="Value"
          placeholder={PLACEHOLDERS[clause.operator] ?? 'Value'}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => onChange({ ...clause, text: target.value })}
        />
      )}
      <RemoveButton label="Remove condition" onClick={onRemove} />
    </div>
  )
}

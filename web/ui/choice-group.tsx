import { useId } from 'react'
import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

/** One of a few, all of them to be seen, each with what it means. */
export function ChoiceGroup<Value extends string>(props: {
  label: string
  /** Whether the label is to be seen, too. */
  heading?: boolean
  value: Value | null
  options: readonly { value: Value; label: string; hint?: ReactNode }[]
  /** Tailwind classes of the box around them. */
  className?: string
  onChange: (value: Value) => void
}) {
  const { label, heading = false, value, options, className, onChange } = props
  const name = useId()
  const group = (
    <div role="radiogroup" aria-label={label} className={cx('grid gap-1.5', className)}>
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            'flex min-w-0 cursor-pointer items-start gap-2 rounded-md border border-line px-2.5 py-1.5 text-sm',
            'hover:bg-hover has-checked:border-ink has-checked:bg-selected has-focus-visible:outline-2',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            className="mt-[3px] size-3.5 shrink-0 accent-ink outline-none"
            onChange={() => onChange(option.value)}
          />
          <span className="min-w-0">
            <span className="block font-medium">{option.label}</span>
            {option.hint === undefined ? null : <span className="block text-xs text-ink-faint">{option.hint}</span>}
          </span>
        </label>
      ))}
    </div>
  )
  if (!heading) return group
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <h3 className="text-sm font-medium">{label}</h3>
      {group}
    </div>
  )
}

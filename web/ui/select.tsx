import { Check, ChevronDown } from 'lucide-react'
import { Select as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

export interface SelectOption<Value extends string> {
  value: Value
  label: ReactNode
  hint?: string
  /** Whether the hint is an identifier, as a branch, and set in monospace. */
  mono?: boolean
}

/** One of a few values. `label` names it when no visible label does. */
export function Select<Value extends string>(props: {
  id?: string
  label?: string
  value: Value | undefined
  options: readonly SelectOption<Value>[]
  placeholder?: string
  className?: string
  onChange: (value: Value) => void
}) {
  const choose = (value: string) => {
    const option = props.options.find((candidate) => candidate.value === value)
    if (option) props.onChange(option.value)
  }
  return (
    <Primitive.Root value={props.value ?? ''} onValueChange={choose}>
      <Primitive.Trigger
        id={props.id}
        aria-label={props.label}
        className={cx(
          'inline-flex h-8 items-center justify-between gap-2 rounded-md border border-line bg-raised px-2.5',
          'text-sm whitespace-nowrap transition-colors hover:border-line-strong focus-visible:-outline-offset-1',
          'data-placeholder:text-ink-faint',
          props.className,
        )}
      >
        <span className="truncate">
          <Primitive.Value placeholder={props.placeholder} />
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            'animate-appear z-50 max-h-72 max-w-[calc(100vw-1rem)] min-w-(--radix-select-trigger-width)',
            'overflow-hidden rounded-lg border border-line bg-raised shadow-lg',
          )}
        >
          <Primitive.Viewport className="p-1">
            {props.options.map((option) => (
              <Option key={option.value} option={option} />
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function Option({ option }: { option: SelectOption<string> }) {
  return (
    <Primitive.Item
      value={option.value}
      className={cx(
        'flex min-h-7 cursor-default items-center gap-2 rounded py-1 pr-2 pl-7 text-sm outline-none select-none',
        'data-highlighted:bg-hover data-[state=checked]:pl-2',
      )}
    >
      <Primitive.ItemIndicator>
        <Check aria-hidden className="-mr-0.5 size-3.5" />
      </Primitive.ItemIndicator>
      <Primitive.ItemText>{option.label}</Primitive.ItemText>
      {option.hint === undefined ? null : (
        <span className={cx('ml-auto pl-4 text-xs text-ink-faint', option.mono === true && 'font-mono')}>{option.hint}</span>
      )}
    </Primitive.Item>
  )
}

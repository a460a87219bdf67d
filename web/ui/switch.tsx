import { Switch as Primitive } from 'radix-ui'
import { cx } from './class-names.ts'

/** On or off, at once. `label` says of what. */
export function Switch(props: {
  label: string
  checked: boolean
  disabled?: boolean
  className?: string
  onChange: (checked: boolean) => void
}) {
  const { label, checked, disabled = false, className, onChange } = props
  return (
    <Primitive.Root
      aria-label={label}
      checked={checked}
      disabled={disabled}
      className={cx(
        'inline-flex h-4.5 w-8 shrink-0 items-center rounded-full border border-line-strong bg-selected p-px',
        'transition-colors data-[state=checked]:border-ink data-[state=checked]:bg-ink',
        'disabled:cursor-not-allowed disabled:opacity-50',
        className,
      )}
      onCheckedChange={onChange}
    >
      <Primitive.Thumb
        className={cx(
          'block size-3.5 rounded-full bg-ink-faint transition-transform',
          'data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-page',
        )}
      />
    </Primitive.Root>
  )
}

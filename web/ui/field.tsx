import { useId } from 'react'
import type { ComponentProps, ReactNode } from 'react'
import { cx } from './class-names.ts'

const BOX = cx(
  'w-full rounded-md border border-line-strong bg-page px-2.5 text-base text-ink placeholder:text-ink-faint',
  'transition-colors hover:border-ink-faint focus-visible:-outline-offset-1',
  'disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-bad',
)

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cx(BOX, 'h-8', className)} {...rest} />
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={cx(BOX, 'py-1.5', className)} {...rest} />
}

/**
 * A label over its control, which takes the given id, and as its description what is told under it: what is wrong, or
 * what it is for.
 */
export function Field(props: {
  label: string
  hint?: ReactNode
  error?: string | undefined
  children: (id: string, describedBy: string | undefined) => ReactNode
}) {
  const { label, hint, error, children } = props
  const id = useId()
  const isDescribed = error !== undefined || hint !== undefined
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children(id, isDescribed ? `${id}-told` : undefined)}
      {isDescribed ? (
        <p
          id={`${id}-told`}
          role={error === undefined ? undefined : 'alert'}
          className={cx('text-xs', error === undefined ? 'text-ink-faint' : 'text-bad')}
        >
          {error ?? hint}
        </p>
      ) : null}
    </div>
  )
}

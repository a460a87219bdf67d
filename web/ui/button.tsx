import { cva } from 'class-variance-authority'
import type { VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cx } from './class-names.ts'

/** The look of a button, for links that look like one too. */
export const buttonStyles = cva(
  [
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap',
    'select-none transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed',
    'aria-disabled:opacity-50 [&_svg]:size-3.5 [&_svg]:shrink-0',
  ],
  {
    variants: {
      look: {
        primary: 'border-ink bg-ink text-page hover:not-disabled:bg-ink-soft hover:not-disabled:border-ink-soft',
        outline: 'border-line bg-raised text-ink hover:not-disabled:bg-hover hover:not-disabled:border-line-strong',
        quiet: 'border-transparent text-ink-soft hover:not-disabled:bg-hover hover:not-disabled:text-ink',
        // Leads to what cannot be taken back; the last step of that is filled.
        danger: 'border-line bg-raised text-bad hover:not-disabled:bg-hover hover:not-disabled:border-bad',
        destroy: 'border-bad bg-bad text-page hover:not-disabled:opacity-90',
      },
      size: {
        small: 'h-7 px-2.5 text-sm',
        normal: 'h-8 px-3 text-sm',
        icon: 'size-7',
      },
    },
    defaultVariants: { look: 'outline', size: 'normal' },
  },
)

export function Button({
  look,
  size,
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & VariantProps<typeof buttonStyles>) {
  return <button type={type} className={cx(buttonStyles({ look, size }), className)} {...rest} />
}

import { ChevronRight } from 'lucide-react'
import { cx } from './class-names.ts'

/** Points right while closed, down while open. */
export function Chevron({ open, className }: { open: boolean; className?: string }) {
  return (
    <ChevronRight
      aria-hidden
      className={cx('size-3 shrink-0 text-ink-faint transition-transform', open && 'rotate-90', className)}
    />
  )
}

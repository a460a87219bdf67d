import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

export type Tone = 'plain' | 'busy' | 'good' | 'warn' | 'bad'

const DOTS: Record<Tone, string> = {
  plain: 'bg-ink-faint',
  busy: 'bg-busy',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
}

const INKS: Record<Tone, string> = {
  plain: 'text-ink-soft',
  busy: 'text-busy',
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
}

/** A state: a dot in its colour, and always the word. `open` draws the ring of a state that has not settled. */
export function StateBadge({ tone, open = false, children }: { tone: Tone; open?: boolean; children: ReactNode }) {
  return (
    <span className={cx('inline-flex h-5 items-center gap-1.5 align-top text-sm whitespace-nowrap', INKS[tone])}>
      <span
        aria-hidden
        className={cx('size-[7px] shrink-0 rounded-full', open ? 'border-[1.5px] border-current' : DOTS[tone])}
      />
      {children}
    </span>
  )
}

/** A fact in a frame: an origin, a kind. */
export function Tag({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-1 rounded align-top border border-line px-1.5 text-xs whitespace-nowrap',
        'text-ink-soft [&_svg]:size-3',
        className,
      )}
    >
      {children}
    </span>
  )
}

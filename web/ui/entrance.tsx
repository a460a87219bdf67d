import type { ReactNode } from 'react'
import { cx } from './class-names.ts'
import { Mark } from './mark.tsx'
import { Skeleton } from './states.tsx'

/** A page that stands for itself, before or beside the shell: one narrow column in the middle. */
export function Entrance(props: {
  title: string
  lead?: ReactNode
  children?: ReactNode
  /** What else one could have wanted here: links, in a line of their own. */
  foot?: ReactNode
  wide?: boolean
}) {
  const { title, lead, children, foot, wide = false } = props
  return (
    <main className="grid min-h-full grid-cols-1 place-items-center px-5 py-12">
      <div className={cx('grid w-full grid-cols-1 gap-6 [overflow-wrap:anywhere]', wide ? 'max-w-100' : 'max-w-80')}>
        <div className="grid gap-4">
          <Mark className="size-8" />
          <div className="grid gap-1">
            <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
            {lead === undefined ? null : <div className="text-ink-soft">{lead}</div>}
          </div>
        </div>
        {children}
        {foot === undefined ? null : (
          <div className="grid grid-cols-1 gap-1.5 border-t border-line pt-4 text-sm text-ink-faint">{foot}</div>
        )}
      </div>
    </main>
  )
}

/** What stands there while such a page asks what it is about. */
export function EntranceSkeleton() {
  return (
    <main className="grid min-h-full place-items-center px-5 py-12" aria-busy="true">
      <p className="sr-only" role="status">
        Loading
      </p>
      <div className="grid w-full max-w-80 gap-4">
        <Mark className="size-8" />
        <Skeleton className="h-6 w-3/5" />
        <Skeleton className="h-24" />
        <Skeleton className="h-9" />
      </div>
    </main>
  )
}

/** A link within a sentence. */
export const INLINE_LINK = cx(
  'text-ink underline decoration-line-strong underline-offset-3 transition-colors hover:decoration-current',
)

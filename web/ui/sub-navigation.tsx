import { Link, Outlet } from '@tanstack/react-router'
import type { LinkProps } from '@tanstack/react-router'
import { Suspense } from 'react'
import { cx } from './class-names.ts'
import { PageSkeleton } from './page.tsx'

export interface PageGroup {
  name: string
  pages: readonly { to: NonNullable<LinkProps['to']>; label: string }[]
}

/** A part of the product with pages of its own: their navigation, and the one that is open. */
export function PagesOf(props: { label: string; groups: readonly PageGroup[] }) {
  return (
    <div className="flex h-full min-h-0 flex-col md:flex-row">
      <SubNavigation {...props} />
      <div className="min-h-0 min-w-0 flex-1">
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  )
}

/** The pages of a part of the product: a column in groups, and on narrow screens one row that scrolls. */
function SubNavigation({ label, groups }: { label: string; groups: readonly PageGroup[] }) {
  return (
    <nav
      aria-label={label}
      className={cx(
        'flex shrink-0 gap-1 overflow-x-auto border-b border-line px-2.5 py-1.5',
        'md:w-48 md:flex-col md:gap-4 md:overflow-x-visible md:overflow-y-auto md:border-r md:border-b-0 md:px-2',
        'md:py-3',
      )}
    >
      {groups.map(({ name, pages }) => (
        <div key={name} className="flex gap-1 md:grid md:gap-px" role="group" aria-label={name}>
          <p aria-hidden className="hidden px-2 pb-1 text-xs text-ink-faint md:block">
            {name}
          </p>
          {pages.map(({ to, label: page }) => (
            <Link
              key={to}
              to={to}
              className={cx(
                'flex h-7 items-center rounded-md px-2 text-sm whitespace-nowrap text-ink-soft transition-colors',
                'hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:bg-selected',
                'aria-[current=page]:font-medium aria-[current=page]:text-ink',
              )}
            >
              {page}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  )
}

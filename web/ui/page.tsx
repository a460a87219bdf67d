import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { cx } from './class-names.ts'
import { Skeleton } from './states.tsx'

/** A page that scrolls below its header. */
export function Page({ header, children }: { header: ReactNode; children: ReactNode }) {
  return (
    <div className="flex h-full min-h-0 flex-col">
      {header}
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </div>
  )
}

export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line px-4 md:px-5">
      <h1 className="text-base font-semibold">{title}</h1>
      <div className="ml-auto flex items-center gap-2">{children}</div>
    </header>
  )
}

/** What stands there while the code of a page is on its way. */
export function PageSkeleton() {
  return (
    <div aria-busy="true">
      <p className="sr-only" role="status">
        Loading
      </p>
      <div className="flex h-12 items-center border-b border-line px-4 md:px-5">
        <Skeleton className="h-4 w-40" />
      </div>
    </div>
  )
}

type Parent = `/dashboard/${'sessions' | 'automations' | 'runs' | 'deliveries'}`

/** The header of one thing: where it belongs, its name, its state, what can be done. */
export function DetailHeader(props: {
  parent: { to: Parent; label: string }
  title: string
  state: ReactNode
  facts?: ReactNode
  children?: ReactNode
}) {
  const { parent, title, state, facts, children } = props
  return (
    <header className="shrink-0 border-b border-line px-4 py-2 md:px-5">
      <div className="flex min-h-8 flex-wrap items-center gap-x-2 gap-y-1 sm:flex-nowrap">
        <nav aria-label="Breadcrumb" className="hidden shrink-0 items-center gap-2 sm:flex">
          <Link to={parent.to} className="text-ink-faint hover:text-ink">
            {parent.label}
          </Link>
          <span aria-hidden className="text-line-strong">
            /
          </span>
        </nav>
        <h1 className="line-clamp-2 basis-full font-semibold break-words sm:line-clamp-1 sm:basis-auto" title={title}>
          {title}
        </h1>
        <span className="shrink-0 sm:ml-1">{state}</span>
        <div className="ml-auto flex shrink-0 items-center gap-2">{children}</div>
      </div>
      {facts === undefined ? null : (
        <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-0.5 text-sm text-ink-soft">{facts}</div>
      )}
    </header>
  )
}

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <div className="flex items-center gap-2">
        <h2 className="text-sm font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** Names and values, one beside the other. */
export function Facts({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <dl
      className={cx(
        'grid grid-cols-[5.5rem_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1.5 text-sm',
        'sm:grid-cols-[7.5rem_minmax(0,1fr)]',
        className,
      )}
    >
      {children}
    </dl>
  )
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-faint">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

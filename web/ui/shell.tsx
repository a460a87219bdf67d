import { Link, useLocation } from '@tanstack/react-router'
import { FolderGit2, Inbox, Menu as MenuIcon, MessagesSquare, Play, Plug, Settings, Workflow, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Skeleton } from './states.tsx'
import { cx } from './class-names.ts'

const PAGES = [
  { to: '/dashboard/sessions', label: 'Sessions', icon: MessagesSquare, also: '/workspace' },
  { to: '/dashboard/automations', label: 'Automations', icon: Workflow, also: null },
  { to: '/dashboard/runs', label: 'Runs', icon: Play, also: null },
  { to: '/dashboard/deliveries', label: 'Deliveries', icon: Inbox, also: null },
  { to: '/dashboard/repositories', label: 'Repositories', icon: FolderGit2, also: null },
  { to: '/dashboard/integrations', label: 'Integrations', icon: Plug, also: null },
  { to: '/settings', label: 'Settings', icon: Settings, also: null },
] as const

interface ShellProps {
  organization: string
  /** Stands at the head of the sidebar: which organization this is, and the way to another. */
  switcher: ReactNode
  /** Stands at the foot of the sidebar. */
  account: ReactNode
  children: ReactNode
}

/** The frame around every page: the sidebar, which on a phone is a drawer behind the bar at the top. */
export function Shell({ children, ...sidebar }: ShellProps) {
  const main = useFocusOnNavigation()
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row">
      <a
        href="#main"
        className={cx(
          'sr-only z-50 rounded bg-ink px-3 py-2 text-page focus:not-sr-only focus:fixed focus:top-2 focus:left-2',
        )}
      >
        Skip to content
      </a>
      <aside className="hidden w-56 shrink-0 flex-col border-r border-line bg-surface md:flex">
        <Sidebar {...sidebar} />
      </aside>
      <PhoneBar {...sidebar} />
      <main id="main" ref={main} tabIndex={-1} data-page className="min-h-0 min-w-0 flex-1">
        {children}
      </main>
    </div>
  )
}

function Sidebar({ switcher, account }: Omit<ShellProps, 'children'>) {
  const { pathname } = useLocation()
  return (
    <>
      <div className="flex h-12 items-center px-2 max-md:pr-10">
        {switcher}
      </div>
      <nav aria-label="Pages" className="grid gap-px px-2 pt-1">
        {PAGES.map(({ to, label, icon: Icon, also }) => {
          const here = pathname.startsWith(to) || (also !== null && pathname.startsWith(also))
          return (
            <Link
              key={to}
              to={to}
              aria-current={here ? 'page' : undefined}
              className={cx(
                'flex h-8 items-center gap-2.5 rounded-md px-2 text-ink-soft transition-colors hover:bg-hover',
                'hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:font-medium',
                'aria-[current=page]:text-ink',
              )}
            >
              <Icon aria-hidden className="size-4" strokeWidth={1.75} />
              {label}
            </Link>
          )
        })}
      </nav>
      <div className="mt-auto border-t border-line p-2">
        {account}
      </div>
    </>
  )
}

function PhoneBar(props: Omit<ShellProps, 'children'>) {
  const [open, setOpen] = useState(false)
  const { pathname } = useLocation()
  useEffect(() => setOpen(false), [pathname])
  return (
    <div className="flex h-11 shrink-0 items-center gap-1 border-b border-line bg-surface px-2 md:hidden">
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger asChild>
          <Button look="quiet" size="icon" aria-label="Open menu" className="size-8">
            <MenuIcon aria-hidden className="size-4!" />
          </Button>
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-30 bg-shade md:hidden" />
          <Dialog.Content
            aria-describedby={undefined}
            className={cx(
              'fixed inset-y-0 left-0 z-40 flex w-64 flex-col border-r border-line bg-surface outline-none',
              'md:hidden',
            )}
          >
            <Dialog.Title className="sr-only">Menu</Dialog.Title>
            <Sidebar {...props} />
            <Dialog.Close asChild>
              <Button look="quiet" size="icon" aria-label="Close menu" className="absolute top-2.5 right-2.5">
                <X aria-hidden />
              </Button>
            </Dialog.Close>
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <span className="truncate font-semibold">{props.organization}</span>
    </div>
  )
}

/** After a navigation the keyboard and the screen reader go on at the new page, not at a link that is gone. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  return main
}

/** What stands there while it is not known yet who is signed in. */
export function ShellSkeleton() {
  return (
    <div className="flex h-dvh flex-col md:flex-row" aria-busy="true">
      <div className="h-11 shrink-0 border-b border-line bg-surface md:h-auto md:w-56 md:border-r md:border-b-0">
        <div className="flex h-11 items-center px-3.5 md:h-12">
          <Skeleton className="h-4 w-28" />
        </div>
      </div>
      <p className="sr-only">Loading</p>
    </div>
  )
}

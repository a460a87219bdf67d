import { FileDiff, Info, MessagesSquare } from 'lucide-react'
import { Tabs } from 'radix-ui'
import type { ReactNode } from 'react'
import type { Session } from '#schema/contracts/sessions'
import { cx } from '../../ui/class-names.ts'
import { DiffView } from './diff-view.tsx'
import { SessionDetails } from './session-details.tsx'
import type { SessionView } from './session-view.ts'

export type SessionViewName = 'conversation' | 'changes' | 'details'

interface SwitchProps {
  shown: SessionViewName
  onShow: (view: SessionViewName) => void
}

/** The right half on wide screens; on narrow ones the switch at the bottom takes the place of its tabs. */
export function SessionPanel({ session, view, shown, onShow }: SwitchProps & { session: Session; view: SessionView }) {
  const tab = shown === 'details' ? 'details' : 'changes'
  const choose = (value: string) => onShow(value === 'details' ? 'details' : 'changes')
  return (
    <Tabs.Root value={tab} onValueChange={choose} className="flex min-h-0 flex-1 flex-col">
      <Tabs.List
        aria-label="Session"
        className="hidden h-10 shrink-0 items-stretch gap-1 border-b border-line px-3 lg:flex"
      >
        <Tab value="changes">
          Changes
          <Count of={view.diff?.files.length ?? 0} />
        </Tab>
        <Tab value="details">Details</Tab>
      </Tabs.List>
      <Tabs.Content value="changes" className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2">
        <DiffView diff={view.diff} ended={session.status === 'stopped' || session.status === 'failed'} />
      </Tabs.Content>
      <Tabs.Content value="details" className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2">
        <SessionDetails session={session} view={view} />
      </Tabs.Content>
    </Tabs.Root>
  )
}

function Tab({ value, children }: { value: SessionViewName; children: ReactNode }) {
  return (
    <Tabs.Trigger
      value={value}
      className={cx(
        'relative flex items-center gap-1.5 px-2 text-sm focus-visible:-outline-offset-4 text-ink-faint',
        'transition-colors hover:text-ink data-[state=active]:text-ink data-[state=active]:after:absolute',
        'data-[state=active]:after:inset-x-2 data-[state=active]:after:-bottom-px data-[state=active]:after:h-px',
        "data-[state=active]:after:bg-ink data-[state=active]:after:content-['']",
      )}
    >
      {children}
    </Tabs.Trigger>
  )
}

function Count({ of }: { of: number }) {
  if (of === 0) return null
  return <span className="rounded bg-selected px-1 font-mono text-[10.5px] leading-4 text-ink-soft">{of}</span>
}

const VIEWS = [
  { name: 'conversation', label: 'Conversation', icon: MessagesSquare },
  { name: 'changes', label: 'Changes', icon: FileDiff },
  { name: 'details', label: 'Details', icon: Info },
] as const

/** On narrow screens: one view at a time. */
export function ViewSwitch({ shown, changes, onShow }: SwitchProps & { changes: number }) {
  return (
    <nav
      aria-label="View"
      className="grid shrink-0 grid-cols-3 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {VIEWS.map(({ name, label, icon: Icon }) => (
        <button
          key={name}
          type="button"
          aria-pressed={shown === name}
          onClick={() => onShow(name)}
          className={cx(
            'flex h-11 items-center justify-center gap-1.5 text-sm focus-visible:-outline-offset-2',
            shown === name ? 'font-medium text-ink' : 'text-ink-faint',
          )}
        >
          <Icon aria-hidden className="size-3.5" />
          {label}
          {name === 'changes' ? <Count of={changes} /> : null}
        </button>
      ))}
    </nav>
  )
}

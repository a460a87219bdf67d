import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

/** The column that a settings page is written in. */
export function SettingsColumn({ children }: { children: ReactNode }) {
  return <div className="mx-auto grid max-w-3xl gap-8 px-4 py-6 md:px-8">{children}</div>
}

/** One matter of a settings page: its name, what it is for, and a frame around its parts. */
export function Panel(props: { title: string; description?: ReactNode; children: ReactNode; className?: string }) {
  const { title, description, children, className } = props
  return (
    <section aria-label={title} className="grid min-w-0 gap-2.5">
      <div>
        <h2 className="text-base font-semibold">{title}</h2>
        {description === undefined ? null : <p className="text-sm text-ink-faint">{description}</p>}
      </div>
      <div className={cx('min-w-0 rounded-lg border border-line', className)}>{children}</div>
    </section>
  )
}

/** One thing that can be done in a panel: what, and the button beside it. */
export function PanelRow({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div
      className={cx(
        'flex flex-col items-start gap-2.5 border-b border-line px-4 py-3 last:border-b-0',
        'sm:flex-row sm:items-center sm:justify-between sm:gap-6',
      )}
    >
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        <p className="text-sm text-ink-faint">{children}</p>
      </div>
      {action}
    </div>
  )
}

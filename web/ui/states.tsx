import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { explainError } from '../client.ts'
import { Button } from './button.tsx'
import { cx } from './class-names.ts'
import { CopyButton } from './copy.tsx'

/** Room for something that is on its way; it has the size of what comes. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block rounded bg-hover', className)} />
}

export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-1.5 px-6 py-20 text-center">
      <p className="font-medium">{title}</p>
      {children === undefined ? null : <p className="max-w-md text-sm text-balance text-ink-faint">{children}</p>}
      {action === undefined ? null : <div className="mt-3">{action}</div>}
    </div>
  )
}

/** A failed request: what it says, by which id the logs know it, and another try. */
export function ErrorState({ error, title, onRetry }: { error: unknown; title: string; onRetry?: () => void }) {
  const { message, requestId } = explainError(error)
  return (
    <div role="alert" className="grid justify-items-center gap-1.5 px-6 py-20 text-center">
      <CircleAlert aria-hidden className="mb-1 size-4 text-bad" />
      <p className="font-medium">{title}</p>
      <p className="max-w-md text-sm text-balance text-ink-soft">{message}</p>
      {requestId === null ? null : (
        <p className="flex items-center text-xs text-ink-faint">
          Request&nbsp;<span className="font-mono">{requestId}</span>
          <CopyButton text={requestId} name="request id" />
        </p>
      )}
      {onRetry === undefined ? null : (
        <Button className="mt-3" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** A failed request inside a form or a panel. */
export function InlineError({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="flex items-start gap-2 text-sm text-bad">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span className="min-w-0 break-words">{children}</span>
    </p>
  )
}

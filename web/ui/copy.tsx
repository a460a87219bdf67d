import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import { cx } from './class-names.ts'

const SHOWN_MS = 1_500

/** A button that copies `text`; `name` says what it is ("session id"). */
export function CopyButton({ text, name, className }: { text: string; name: string; className?: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => toast.error('The browser did not allow copying.'),
    )
  }
  const Icon = copied ? Check : Copy
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={copied ? `Copied ${name}` : `Copy ${name}`}
      className={cx(
        'inline-flex size-5 shrink-0 items-center justify-center rounded text-ink-faint hover:bg-hover hover:text-ink',
        className,
      )}
    >
      <Icon aria-hidden className="size-3" />
    </button>
  )
}

/** Something to be copied, in monospace: an id, a branch, a commit. */
export function Copyable({ text, shown, name }: { text: string; shown?: string; name: string }) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1 align-bottom">
      <span className="truncate font-mono text-xs" title={text}>
        {shown ?? text}
      </span>
      <CopyButton text={text} name={name} />
    </span>
  )
}

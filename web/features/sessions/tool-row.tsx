import { Check, CircleDot, X } from 'lucide-react'
import { memo, useId, useState } from 'react'
import { Chevron } from '../../ui/chevron.tsx'
import { cx } from '../../ui/class-names.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { formatDuration } from '../../ui/format.ts'
import { Elapsed } from '../../ui/time.tsx'
import type { ToolItem } from './conversation-item.ts'
import { inputText, labelTool } from './tool-label.ts'

const STATES = {
  running: { icon: CircleDot, ink: 'text-busy', label: 'running' },
  completed: { icon: Check, ink: 'text-good', label: 'completed' },
  error: { icon: X, ink: 'text-bad', label: 'failed' },
} as const

/** One tool call: a line that opens to what went in and what came out. */
export const ToolRow = memo(function ToolRow({ call }: { call: ToolItem }) {
  const [open, setOpen] = useState(false)
  const panel = useId()
  const { icon: Icon, ink, label } = STATES[call.state]
  const { verb, text } = labelTool(call)
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? panel : undefined}
        onClick={() => setOpen(!open)}
        className={cx(
          'flex min-h-8 w-full items-center gap-2 bg-surface px-2.5 text-left font-mono text-xs transition-colors',
          'hover:bg-hover focus-visible:-outline-offset-2',
        )}
      >
        <Chevron open={open} />
        <span className="shrink-0 text-ink-faint">{verb}</span>
        <span className="min-w-0 flex-1 truncate" title={text}>
          {text}
        </span>
        <span className="shrink-0 text-ink-faint tabular-nums">
          {call.state === 'running' && call.startedAt !== null ? (
            <Elapsed since={call.startedAt} />
          ) : call.durationMs === null ? null : (
            formatDuration(call.durationMs)
          )}
        </span>
        <Icon aria-hidden className={cx('size-3.5 shrink-0', ink)} strokeWidth={2.25} />
        <span className="sr-only">{label}</span>
      </button>
      {open ? <ToolDetails id={panel} call={call} /> : null}
    </div>
  )
})

function ToolDetails({ id, call }: { id: string; call: ToolItem }) {
  const input = inputText(call.input)
  return (
    <div id={id} className="border-t border-line">
      {input === null ? null : <Block name="Input" text={input} />}
      {call.output === null ? (
        <p className="px-3 py-2 text-xs text-ink-faint">No output yet.</p>
      ) : (
        <Block name="Output" text={call.output === '' ? '(empty)' : call.output} />
      )}
    </div>
  )
}

/** Output may be long: its end stands in view, as in a terminal. */
function Block({ name, text }: { name: string; text: string }) {
  const toEnd = (element: HTMLPreElement | null) => {
    if (element !== null && name === 'Output') element.scrollTop = element.scrollHeight
  }
  return (
    <div className="relative border-b border-line last:border-b-0">
      <p className="flex items-center px-3 pt-1.5 text-xs text-ink-faint">
        {name}
        <CopyButton text={text} name={name.toLowerCase()} className="ml-auto" />
      </p>
      <pre
        ref={toEnd}
        tabIndex={0}
        aria-label={name}
        className={cx(
          'max-h-80 overflow-auto px-3 pt-0.5 pb-2.5 font-mono text-xs leading-[17px] break-words',
          'whitespace-pre-wrap',
        )}
      >
        {text}
      </pre>
    </div>
  )
}

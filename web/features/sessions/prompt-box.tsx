import { ArrowUp, Square } from 'lucide-react'
import { useState } from 'react'
import type { KeyboardEvent } from 'react'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'

interface PromptBoxProps {
  /** Why nothing can be sent, in words; null when something can. */
  blocked: string | null
  placeholder: string
  working: boolean
  canceling: boolean
  onSend: (text: string) => Promise<boolean>
  /** Null for a session of somebody else's, which a member does not stop. */
  onCancel: (() => void) | null
}

/** Where prompts are written: Enter sends, Shift and Enter begins a line. */
export function PromptBox({ blocked, placeholder, working, canceling, onSend, onCancel }: PromptBoxProps) {
  const [text, setText] = useState('')
  const ready = blocked === null && text.trim() !== ''

  const send = async () => {
    if (!ready) return
    const wanted = text.trim()
    setText('')
    // Whatever was written meanwhile stays; the refused prompt comes back before it.
    if (!(await onSend(wanted))) setText((written) => (written === '' ? wanted : `${wanted}\n${written}`))
  }
  const sendByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void send()
  }

  return (
    <form
      aria-label="Prompt"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      className="rounded-lg border border-line-strong bg-raised transition-colors focus-within:border-ink-faint"
    >
      <textarea
        aria-label="Prompt"
        value={text}
        rows={1}
        disabled={blocked !== null}
        placeholder={blocked ?? placeholder}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={sendByKey}
        className={cx(
          'block field-sizing-content max-h-[35dvh] min-h-10 w-full resize-none bg-transparent px-3.5 pt-2.5 pb-1',
          'text-base outline-none placeholder:text-ink-faint disabled:cursor-not-allowed',
        )}
      />
      <div className="flex h-10 items-center gap-2 px-2 pb-1.5">
        <p className="hidden pl-1.5 text-xs text-ink-faint sm:block">
          {blocked === null ? 'Enter sends · Shift + Enter for a new line' : null}
        </p>
        <div className="ml-auto flex items-center gap-2">
          {working && onCancel ? (
            <Button size="small" onClick={onCancel} disabled={canceling || blocked !== null}>
              <Square aria-hidden className="size-3! fill-current" />
              {canceling ? 'Canceling…' : 'Cancel'}
            </Button>
          ) : null}
          <Button type="submit" look="primary" size="icon" aria-label="Send" disabled={!ready}>
            <ArrowUp aria-hidden />
          </Button>
        </div>
      </div>
    </form>
  )
}

import { useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Field, Input } from './field.tsx'
import { InlineError } from './states.tsx'

/** The end of a dialog about something that cannot be taken back: a word to type, and then the button. */
export function TypedConfirm(props: {
  /** What has to be typed. */
  expected: string
  action: string
  /** Whether all else is chosen. */
  ready?: boolean
  busy: boolean
  error: string | null
  onConfirm: () => void
  children?: ReactNode
}) {
  const { expected, action, ready = true, busy, error, onConfirm, children } = props
  const [typed, setTyped] = useState('')
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        onConfirm()
      }}
    >
      {children}
      <Field label={`Type “${expected}” to confirm`}>
        {(id) => (
          <Input
            id={id}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      {error === null ? null : <InlineError>{error}</InlineError>}
      <Button
        type="submit"
        look="destroy"
        className="justify-self-end"
        disabled={busy || !ready || typed.trim() !== expected}
      >
        {busy ? 'One moment…' : action}
      </Button>
    </form>
  )
}

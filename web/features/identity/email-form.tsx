import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { codeOf } from './ask-auth.ts'

/** Asks for an address and sends it something. */
export function EmailForm(props: {
  action: string
  /** The address that is known already. */
  email?: string | undefined
  send: (email: string) => Promise<void>
  onSent: (email: string) => void
}) {
  const sending = useMutation({ mutationFn: props.send, onSuccess: (_, email) => props.onSent(email) })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    sending.mutate(String(new FormData(event.currentTarget).get('email')))
  }
  return (
    <form onSubmit={submit} className="grid gap-4" aria-label={props.action}>
      <Field label="Email">
        {(id) => (
          <Input
            id={id}
            name="email"
            type="email"
            autoComplete="username"
            required
            autoFocus
            defaultValue={props.email}
            className="h-9"
          />
        )}
      </Field>
      {sending.error === null ? null : <InlineError>{explain(sending.error)}</InlineError>}
      <Button type="submit" look="primary" className="h-9" disabled={sending.isPending}>
        {sending.isPending ? 'Sending…' : props.action}
      </Button>
    </form>
  )
}

function explain(error: Error): string {
  if (codeOf(error) !== 'auth.too_many_attempts') return error.message
  return 'An email was sent less than a minute ago. Check your inbox, or wait a minute.'
}

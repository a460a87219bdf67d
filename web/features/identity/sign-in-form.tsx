import { useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Mark } from '../../ui/mark.tsx'
import { InlineError } from '../../ui/states.tsx'
import { signIn } from './sign-in.ts'

export function SignInForm({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const password = useRef<HTMLInputElement>(null)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    const refused = await signIn({ email: String(form.get('email')), password: String(form.get('password')) })
    setRefusal(refused)
    if (refused === null) await onSignedIn()
    setBusy(false)
    if (refused !== null) password.current?.select()
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="grid w-full max-w-80 gap-4" aria-label="Sign in">
      <div className="mb-2 grid gap-4">
        <Mark className="size-8" />
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Proliferate</h1>
          <p className="text-ink-faint">Background coding agents for your team.</p>
        </div>
      </div>
      <Field label="Email">
        {(id) => (
          <Input
            id={id}
            name="email"
            type="email"
            autoComplete="username"
            required
            autoFocus
            className="h-9"
            aria-invalid={refusal !== null}
          />
        )}
      </Field>
      <Field label="Password">
        {(id) => (
          <Input
            id={id}
            ref={password}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            className="h-9"
            aria-invalid={refusal !== null}
          />
        )}
      </Field>
      {refusal === null ? null : <InlineError>{refusal}</InlineError>}
      <Button type="submit" look="primary" className="h-9" disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  )
}

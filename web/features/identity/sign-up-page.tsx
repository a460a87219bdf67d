import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { Button } from '../../ui/button.tsx'
import { Entrance, INLINE_LINK } from '../../ui/entrance.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { codeOf } from './ask-auth.ts'
import { CheckInbox } from './check-inbox.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { keepNext } from './pending-next.ts'
import { signUp } from './sign-up.ts'
import { SocialButtons } from './social-buttons.tsx'
import { useEnter } from './use-enter.ts'

const MAX_NAME = 100

export function SignUpPage({ next, email }: { next: string | undefined; email: string | undefined }) {
  const enter = useEnter(next)
  useTitle('Create an account')
  const making = useMutation({
    mutationFn: signUp,
    onSuccess: async (outcome) => {
      keepNext(outcome === 'mailed' ? next : undefined)
      if (outcome === 'signed-in') await enter()
    },
  })
  if (making.data === 'mailed') return <CheckInbox email={making.variables.email} onAnother={() => making.reset()} />
  const search = next === undefined ? {} : { next }
  return (
    <Entrance
      title="Create an account"
      lead="Background coding agents for your team."
      foot={
        <p>
          Have an account?{' '}
          <Link to="/sign-in" search={search} className={INLINE_LINK}>
            Sign in
          </Link>
        </p>
      }
    >
      <div className="grid gap-4">
        <SocialButtons next={next} />
        <SignUpForm email={email} error={making.error} busy={making.isPending} onSubmit={making.mutate} />
      </div>
    </Entrance>
  )
}

function SignUpForm(props: {
  email: string | undefined
  error: Error | null
  busy: boolean
  onSubmit: (input: { name: string; email: string; password: string }) => void
}) {
  const { email, error, busy, onSubmit } = props
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const read = (name: string) => String(form.get(name))
    onSubmit({ name: read('name').trim(), email: read('email'), password: read('password') })
  }
  const known = codeOf(error) === 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL'
  return (
    <form onSubmit={submit} className="grid gap-4" aria-label="Create an account">
      <Field label="Name">
        {(id) => (
          <Input
            id={id}
            name="name"
            autoComplete="name"
            required
            pattern=".*\S.*"
            title="Your name"
            maxLength={MAX_NAME}
            autoFocus
            className="h-9"
          />
        )}
      </Field>
      <Field label="Email">
        {(id) => (
          <Input
            id={id}
            name="email"
            type="email"
            autoComplete="username"
            required
            defaultValue={email}
            className="h-9"
            aria-invalid={known}
          />
        )}
      </Field>
      <NewPasswordField label="Password" name="password" />
      {error === null ? null : <InlineError>{error.message}</InlineError>}
      <Button type="submit" look="primary" className="h-9" disabled={busy}>
        {busy ? 'Creating…' : 'Create account'}
      </Button>
    </form>
  )
}

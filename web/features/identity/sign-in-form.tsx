import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { Button } from '../../ui/button.tsx'
import { Entrance, INLINE_LINK } from '../../ui/entrance.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { codeOf } from './ask-auth.ts'
import { ResendMail } from './resend-mail.tsx'
import { explainFailure } from './sign-in-failure.ts'
import { signIn } from './sign-in.ts'
import { mailVerification } from './sign-up.ts'
import { SocialButtons } from './social-buttons.tsx'

interface SignInFormProps {
  next: string | undefined
  email: string | undefined
  /** Why a sign-in through others led back here. */
  failure: string | undefined
  onSignedIn: () => Promise<void>
}

export function SignInForm({ next, email, failure, onSignedIn }: SignInFormProps) {
  const search = next === undefined ? {} : { next }
  return (
    <Entrance
      title="Sign in to Proliferate"
      lead="Background coding agents for your team."
      foot={
        <p>
          New here?{' '}
          <Link to="/sign-up" search={search} className={INLINE_LINK}>
            Create an account
          </Link>
        </p>
      }
    >
      <div className="grid gap-4">
        {failure === undefined ? null : <InlineError>{explainFailure(failure)}</InlineError>}
        <SocialButtons next={next} />
        <PasswordForm email={email} onSignedIn={onSignedIn} />
      </div>
    </Entrance>
  )
}

function PasswordForm({ email, onSignedIn }: Pick<SignInFormProps, 'email' | 'onSignedIn'>) {
  const [typed, setTyped] = useState(email ?? '')
  const password = useRef<HTMLInputElement>(null)
  const entering = useMutation({
    mutationFn: signIn,
    onSuccess: onSignedIn,
    onError: () => password.current?.select(),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    entering.mutate({ email: String(form.get('email')), password: String(form.get('password')) })
  }
  const refused = entering.error !== null
  const unverified = codeOf(entering.error) === 'EMAIL_NOT_VERIFIED' ? entering.variables?.email : undefined
  return (
    <>
      <form onSubmit={submit} className="grid gap-4" aria-label="Sign in">
        <Field label="Email">
          {(id) => (
            <Input
              id={id}
              name="email"
              type="email"
              autoComplete="username"
              required
              autoFocus
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
              className="h-9"
              aria-invalid={refused && unverified === undefined}
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
              aria-invalid={refused && unverified === undefined}
            />
          )}
        </Field>
        <ForgotPassword email={typed} />
        {refused ? <InlineError>{entering.error.message}</InlineError> : null}
        <Button type="submit" look="primary" className="h-9" disabled={entering.isPending}>
          {entering.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      {unverified === undefined ? null : (
        <ResendMail key={unverified} send={() => mailVerification(unverified)} sentBefore={false} />
      )}
    </>
  )
}

/** Takes along what was typed. */
function ForgotPassword({ email }: { email: string }) {
  return (
    <p className="-mt-2 text-sm text-ink-faint">
      <Link to="/forgot-password" search={email === '' ? {} : { email }} className={INLINE_LINK}>
        Forgot your password?
      </Link>
    </p>
  )
}

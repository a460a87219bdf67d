import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { Button, buttonStyles } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'
import { Entrance } from '../../ui/entrance.tsx'
import { InlineError } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { codeOf } from './ask-auth.ts'
import { NewPasswordField } from './new-password-field.tsx'
import { resetPassword } from './sign-up.ts'

/** Where the link of a reset mail leads. */
export function ResetPasswordPage({ token }: { token: string }) {
  const queryClient = useQueryClient()
  // It ends the sign-in of this browser too.
  const setting = useMutation({ mutationFn: resetPassword, onSuccess: () => queryClient.removeQueries() })
  useTitle('Choose a new password')
  if (setting.isSuccess) {
    return (
      <Entrance title="Password changed" lead="You are signed out everywhere. Sign in with the new password.">
        <Link to="/sign-in" className={cx(buttonStyles({ look: 'primary' }), 'h-9')}>
          Sign in
        </Link>
      </Entrance>
    )
  }
  if (token === '' || codeOf(setting.error) === 'INVALID_TOKEN') {
    return (
      <Entrance
        title="This link is not valid any more"
        lead="Links to choose a new password are good for one hour, and for one time."
      >
        <Link to="/forgot-password" className={cx(buttonStyles({ look: 'primary' }), 'h-9')}>
          Ask for a new link
        </Link>
      </Entrance>
    )
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setting.mutate({ token, newPassword: String(new FormData(event.currentTarget).get('password')) })
  }
  return (
    <Entrance title="Choose a new password" lead="It ends every sign-in of your account.">
      <form onSubmit={submit} className="grid gap-4" aria-label="Choose a new password">
        <NewPasswordField label="New password" name="password" autoFocus />
        {setting.error === null ? null : <InlineError>{setting.error.message}</InlineError>}
        <Button type="submit" look="primary" className="h-9" disabled={setting.isPending}>
          {setting.isPending ? 'Saving…' : 'Set the password'}
        </Button>
      </form>
    </Entrance>
  )
}

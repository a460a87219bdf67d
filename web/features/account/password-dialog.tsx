import { useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { codeOf } from '../identity/ask-auth.ts'
import { NewPasswordField } from '../identity/new-password-field.tsx'
import { browsersQuery, changePassword } from './own-account.ts'

const WORDS: Record<string, string> = {
  INVALID_PASSWORD: 'The current password is wrong.',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'This account has no password. Sign out and choose “Forgot password” to get one.',
}

export function PasswordDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      {...props}
      title="Change password"
      description="This browser stays signed in; all others are signed out."
    >
      <PasswordForm onDone={() => props.onOpenChange(false)} />
    </Dialog>
  )
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const queryClient = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: changePassword,
    onSuccess: async () => {
      toast.success('Password changed')
      onDone()
      await queryClient.invalidateQueries({ queryKey: browsersQuery.queryKey })
    },
  })
  return (
    <form
      aria-label="Change password"
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        mutate({ currentPassword: String(form.get('current')), newPassword: String(form.get('new')) })
      }}
    >
      <Field label="Current password">
        {(id) => (
          <Input id={id} name="current" type="password" autoComplete="current-password" required className="h-9" />
        )}
      </Field>
      <NewPasswordField label="New password" name="new" />
      {error === null ? null : <InlineError>{WORDS[codeOf(error) ?? ''] ?? error.message}</InlineError>}
      <Button type="submit" look="primary" className="justify-self-end" disabled={isPending}>
        {isPending ? 'Changing…' : 'Change password'}
      </Button>
    </form>
  )
}

import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '../../ui/button.tsx'
import { PanelRow } from '../../ui/panel.tsx'
import { authOptionsQuery } from '../identity/auth-options.ts'
import { useMe } from '../identity/me.ts'
import { mailPasswordReset } from '../identity/sign-up.ts'
import { signInWaysQuery } from './own-account.ts'
import { PasswordDialog } from './password-dialog.tsx'

/** Changes the password; who signs in at others only has none yet, and can set one by a link. */
export function PasswordRow() {
  const { data: ways } = useQuery(signInWaysQuery)
  // Until the ways are known, most people have one.
  const hasPassword = ways?.some(({ providerId }) => providerId === 'credential') ?? true
  return hasPassword ? <ChangePassword /> : <SetPassword />
}

function ChangePassword() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <PanelRow title="Password" action={<Button onClick={() => setOpen(true)}>Change password…</Button>}>
        Changing it signs out all your other browsers.
      </PanelRow>
      <PasswordDialog open={open} onOpenChange={setOpen} />
    </>
  )
}

function SetPassword() {
  const { email } = useMe().user
  const { data: options } = useQuery(authOptionsQuery)
  const { mutate, isPending } = useMutation({
    mutationFn: () => mailPasswordReset(email),
    onSuccess: () => toast.success('Sent', { description: `Open the link in the email to ${email}.` }),
    onError: (error) => toast.error('The email was not sent', { description: error.message }),
  })
  if (options?.emailEnabled === false) {
    return <PanelRow title="Password">You have none. This deployment sends no email, so none can be set.</PanelRow>
  }
  return (
    <PanelRow
      title="Password"
      action={
        <Button disabled={isPending} onClick={() => mutate()}>
          {isPending ? 'Sending…' : 'Set a password'}
        </Button>
      }
    >
      You have none. We’ll email you a link to set one.
    </PanelRow>
  )
}

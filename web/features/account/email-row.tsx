import { useMutation, useQuery } from '@tanstack/react-query'
import { toast } from 'sonner'
import { StateBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { PanelRow } from '../../ui/panel.tsx'
import { askAuth } from '../identity/ask-auth.ts'
import { authOptionsQuery } from '../identity/auth-options.ts'
import { useMe } from '../identity/me.ts'

/** The address, and whether it is proven; where mail is sent, the proof can be asked for. */
export function EmailRow() {
  const { user } = useMe()
  const { data: options } = useQuery(authOptionsQuery)
  const { mutate, isPending } = useMutation({
    mutationFn: () => askAuth('send-verification-email', { email: user.email }),
    onSuccess: () => toast.success('Sent', { description: `Open the link in the email to ${user.email}.` }),
    onError: (error) => toast.error('The email was not sent', { description: error.message }),
  })
  const verify =
    user.emailVerified || options?.emailEnabled !== true ? null : (
      <Button disabled={isPending} onClick={() => mutate()}>
        {isPending ? 'Sending…' : 'Send verification email'}
      </Button>
    )
  return (
    <PanelRow title="Email" action={verify}>
      <span className="flex flex-wrap items-center gap-x-3">
        <span className="min-w-0 break-all">{user.email}</span>
        {user.emailVerified ? (
          <StateBadge tone="good">Verified</StateBadge>
        ) : (
          <StateBadge tone="warn" open>
            Not verified
          </StateBadge>
        )}
      </span>
    </PanelRow>
  )
}

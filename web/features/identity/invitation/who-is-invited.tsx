import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import type { InvitationInfo } from '#schema/contracts/identity'
import { Button, buttonStyles } from '../../../ui/button.tsx'
import { cx } from '../../../ui/class-names.ts'
import { InlineError } from '../../../ui/states.tsx'
import { signOut } from '../sign-in.ts'

/** For somebody who is not signed in: to an account, and back here. */
export function AskToSignIn({ invitation }: { invitation: InvitationInfo }) {
  const search = { next: `/invitations/${invitation.id}`, email: invitation.email }
  return (
    <div className="grid gap-2">
      <Link to="/sign-up" search={search} className={cx(buttonStyles({ look: 'primary' }), 'h-9')}>
        Create an account to accept
      </Link>
      <Link to="/sign-in" search={search} className={cx(buttonStyles(), 'h-9')}>
        I have an account
      </Link>
    </div>
  )
}

/** For somebody who is signed in with another address than the invited one. */
export function WrongAccount({ invitation, signedInAs }: { invitation: InvitationInfo; signedInAs: string }) {
  const queryClient = useQueryClient()
  const router = useRouter()
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      queryClient.clear()
      const search = { next: `/invitations/${invitation.id}`, email: invitation.email }
      await router.navigate({ to: '/sign-in', search, replace: true })
    },
  })
  return (
    <div className="grid gap-3">
      <p className="text-ink-soft">
        The invitation is for <strong className="font-medium text-ink">{invitation.email}</strong>, but you are signed
        in as <strong className="font-medium text-ink">{signedInAs}</strong>.
      </p>
      {leaving.error === null ? null : <InlineError>You are still signed in. {leaving.error.message}</InlineError>}
      <Button look="primary" className="h-9" disabled={leaving.isPending} onClick={() => leaving.mutate()}>
        Sign in with another account
      </Button>
    </div>
  )
}

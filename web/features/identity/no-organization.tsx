import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useSignOut } from './use-sign-out.ts'

/** For an account that is a member of nothing. */
export function NoOrganization({ email }: { email: string }) {
  const leave = useSignOut()
  useTitle('No organization')
  return (
    <main>
      <EmptyState title="You are in no organization yet" action={<Button onClick={leave}>Sign out</Button>}>
        Ask an owner to invite {email}, or sign in with another account.
      </EmptyState>
    </main>
  )
}

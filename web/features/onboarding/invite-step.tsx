import type { Onboarding } from '#schema/contracts/identity'
import { explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { InlineError } from '../../ui/states.tsx'
import { AddressesField } from '../members/addresses-field.tsx'
import { addressesOf } from '../members/addresses.ts'
import { InviteResults } from '../members/invite-results.tsx'
import { useInvite } from '../members/use-invite.ts'
import { SkipStep } from './step-actions.tsx'
import { useAdvance } from './use-onboarding.ts'

/** Invites up to twenty people at once, and tells of each what became of it. */
export function InviteStep({ onboarding }: { onboarding: Onboarding }) {
  const { text, setText, wrong, results, busy, invite } = useInvite(onboarding.organizationId)
  const invited = results.some(({ problem }) => problem === null)
  return (
    <div className="grid gap-4">
      <form
        aria-label="Invite teammates"
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void invite('member')
        }}
      >
        <AddressesField text={text} wrong={wrong} disabled={busy} onText={setText} />
        <Button
          type="submit"
          look={invited ? 'outline' : 'primary'}
          className="h-9"
          disabled={busy || text.trim() === ''}
        >
          {busy ? 'Inviting…' : inviteLabel(addressesOf(text).addresses.length)}
        </Button>
      </form>
      <InviteResults results={results} />
      {invited ? (
        <Continue onboarding={onboarding} />
      ) : (
        <SkipStep onboarding={onboarding} step="invite" disabled={busy} />
      )}
    </div>
  )
}

function inviteLabel(count: number): string {
  if (count === 0) return 'Invite'
  return count === 1 ? 'Invite 1 person' : `Invite ${count} people`
}

function Continue({ onboarding }: { onboarding: Onboarding }) {
  const { mutate, isPending, error } = useAdvance()
  return (
    <>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button
        look="primary"
        className="h-9"
        disabled={isPending}
        onClick={() => mutate({ onboarding, step: 'invite' })}
      >
        Continue
      </Button>
    </>
  )
}

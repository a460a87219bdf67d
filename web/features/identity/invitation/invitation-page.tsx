import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { IdentityId } from '#schema/contracts/identity'
import type { InvitationInfo } from '#schema/contracts/identity'
import { isStatus } from '../../../client.ts'
import { Entrance, EntranceSkeleton } from '../../../ui/entrance.tsx'
import { formatMoment } from '../../../ui/format.ts'
import { Fact, Facts } from '../../../ui/page.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import { useTitle } from '../../../ui/title.ts'
import { roleLabel } from '../../organizations/role-label.ts'
import { meQuery } from '../me.ts'
import { AnswerInvitation } from './answer-invitation.tsx'
import { InvitationClosed } from './invitation-closed.tsx'
import { invitationQuery } from './queries.ts'
import { AskToSignIn, WrongAccount } from './who-is-invited.tsx'

/** Where the link of an invitation leads, whoever opens it. */
export function InvitationPage({ invitationId }: { invitationId: string }) {
  const [over, setOver] = useState<string | null>(null)
  useTitle('Invitation')
  const isId = IdentityId.safeParse(invitationId).success
  const { data, error, refetch } = useQuery({ ...invitationQuery(invitationId), enabled: isId })
  if (over !== null) return <InvitationClosed because={over} />
  if (!isId || isStatus(error, 404)) return <InvitationClosed />
  if (data !== undefined) return <OpenInvitation invitation={data} onOver={setOver} />
  if (error === null) return <EntranceSkeleton />
  return (
    <main>
      <ErrorState error={error} title="The invitation could not be loaded" onRetry={() => void refetch()} />
    </main>
  )
}

function OpenInvitation({ invitation, onOver }: { invitation: InvitationInfo; onOver: (because: string) => void }) {
  const { data: me, error, refetch } = useQuery(meQuery)
  if (me === undefined && error === null) return <EntranceSkeleton />
  if (me === undefined && !isStatus(error, 401)) {
    return (
      <main>
        <ErrorState error={error} title="Who is signed in is not known" onRetry={() => void refetch()} />
      </main>
    )
  }
  const { organizationName, inviterName } = invitation
  return (
    <Entrance wide title={`Join ${organizationName}`} lead={`${inviterName} invites you to work together.`}>
      <InvitationFacts invitation={invitation} />
      {me === undefined ? (
        <AskToSignIn invitation={invitation} />
      ) : me.user.email.toLowerCase() === invitation.email.toLowerCase() ? (
        <AnswerInvitation invitation={invitation} onOver={onOver} />
      ) : (
        <WrongAccount invitation={invitation} signedInAs={me.user.email} />
      )}
    </Entrance>
  )
}

function InvitationFacts({ invitation }: { invitation: InvitationInfo }) {
  return (
    <div className="rounded-lg border border-line bg-surface p-4">
      <Facts>
        <Fact name="Organization">{invitation.organizationName}</Fact>
        <Fact name="Invited by">{invitation.inviterName}</Fact>
        <Fact name="Role">{roleLabel(invitation.role)}</Fact>
        <Fact name="Email">{invitation.email}</Fact>
        <Fact name="Open until">
          <time dateTime={invitation.expiresAt}>{formatMoment(invitation.expiresAt)}</time>
        </Fact>
      </Facts>
    </div>
  )
}

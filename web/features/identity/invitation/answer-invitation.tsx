import { useMutation } from '@tanstack/react-query'
import type { InvitationInfo } from '#schema/contracts/identity'
import { ApiError } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../../client.ts'
import { Button } from '../../../ui/button.tsx'
import { InlineError } from '../../../ui/states.tsx'
import { useEnterOrganization } from '../../organizations/enter-organization.ts'
import { ResendMail } from '../resend-mail.tsx'
import { mailVerification } from '../sign-up.ts'

type Answer = 'accept' | 'reject'

/** What the answer came too late for. */
const OVER: Record<string, string> = {
  'invitation.answered': 'It was accepted already.',
  'invitation.gone': 'It was declined or taken back, or it has expired.',
  'invitation.not_found': 'It does not exist any more.',
}

interface AnswerProps {
  invitation: InvitationInfo
  /** Told when there is nothing left to answer, and why. */
  onOver: (because: string) => void
}

/** For the invited person: yes or no. Who accepts goes on into the organization. */
export function AnswerInvitation({ invitation, onOver }: AnswerProps) {
  const enter = useEnterOrganization()
  const params = { invitationId: invitation.id }
  const answering = useMutation({
    mutationFn: async (answer: Answer) => {
      if (answer === 'accept') return (await call(endpoints.ownInvitations.accept, { params })).organizationId
      await call(endpoints.ownInvitations.reject, { params })
      return null
    },
    onSuccess: (joined) => (joined === null ? onOver('You have declined it.') : enter(joined)),
    onError: (error) => {
      const because = OVER[codeOf(error)]
      if (because !== undefined) onOver(because)
    },
  })
  if (codeOf(answering.error) === 'auth.email_not_verified') return <Unverified email={invitation.email} />
  return (
    <div className="grid gap-3">
      {answering.error === null ? null : <InlineError>{explainError(answering.error).message}</InlineError>}
      <div className="grid grid-cols-[1fr_auto] gap-2">
        <Button
          look="primary"
          className="h-9"
          disabled={answering.isPending}
          onClick={() => answering.mutate('accept')}
        >
          {answering.isPending ? 'Answering…' : 'Accept'}
        </Button>
        <Button className="h-9" disabled={answering.isPending} onClick={() => answering.mutate('reject')}>
          Decline
        </Button>
      </div>
    </div>
  )
}

function Unverified({ email }: { email: string }) {
  return (
    <div className="grid gap-3">
      <InlineError>Verify your address first: open the link in the email we sent you, then come back here.</InlineError>
      <ResendMail send={() => mailVerification(email)} sentBefore={false} />
    </div>
  )
}

function codeOf(error: unknown): string {
  return error instanceof ApiError ? (error.problem?.code ?? '') : ''
}

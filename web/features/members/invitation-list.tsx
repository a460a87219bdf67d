import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import type { Invitation } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { StateBadge } from '../../ui/badge.tsx'
import type { Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { formatMoment, formatUntil } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { toastError } from '../../ui/toasts.tsx'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { roleLabel } from '../organizations/role-label.ts'
import { invitationsQuery } from './queries.ts'

/** Who has been invited and has not answered yet. */
export function InvitationList() {
  const { data, error, refetch } = useQuery(invitationsQuery(useOrganizationId()))
  return (
    <section aria-label="Invitations" className="mt-6">
      <h2 className="flex h-9 items-center px-4 font-semibold md:px-5">Invitations</h2>
      {data !== undefined ? (
        <Invitations invitations={data.items} />
      ) : error === null ? (
        <div className="px-4 pb-3 md:px-5" aria-busy="true">
          <Skeleton className="h-5 w-72 max-w-full" />
        </div>
      ) : (
        <div className="flex flex-wrap items-center gap-3 px-4 pb-3 md:px-5">
          <InlineError>The invitations could not be loaded. {explainError(error).message}</InlineError>
          <Button size="small" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
    </section>
  )
}

function Invitations({ invitations }: { invitations: Invitation[] }) {
  if (invitations.length === 0) {
    return <p className="px-4 pb-6 text-sm text-ink-faint md:px-5">No invitation is open.</p>
  }
  return (
    <ul className="border-b border-line">
      {invitations.map((invitation) => (
        <li
          key={invitation.id}
          className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-4 py-1.5 md:px-5"
        >
          <div className="min-w-0 flex-1 basis-60">
            <p className="truncate font-medium">{invitation.email}</p>
            <p className="text-xs break-words text-ink-faint">
              {roleLabel(invitation.role)}, invited by {invitation.inviterName}
              {invitation.mailed ? '' : '. No email was sent: copy and share the link.'}
            </p>
          </div>
          <Standing invitation={invitation} />
          <Actions invitation={invitation} />
        </li>
      ))}
    </ul>
  )
}

const STANDINGS: Record<Invitation['status'], { label: string; tone: Tone }> = {
  pending: { label: 'Pending', tone: 'warn' },
  accepted: { label: 'Accepted', tone: 'good' },
  rejected: { label: 'Declined', tone: 'bad' },
  canceled: { label: 'Canceled', tone: 'plain' },
}

function Standing({ invitation }: { invitation: Invitation }) {
  const now = useNow(60_000)
  const { label, tone } = STANDINGS[invitation.status]
  return (
    <div className="flex items-center gap-2">
      <StateBadge tone={tone} open={invitation.status === 'pending'}>
        {label}
      </StateBadge>
      <span className="text-xs whitespace-nowrap text-ink-faint" title={formatMoment(invitation.expiresAt)}>
        {formatUntil(invitation.expiresAt, now) ?? 'expired'}
      </span>
    </div>
  )
}

function Actions({ invitation }: { invitation: Invitation }) {
  const { email, link } = invitation
  const resend = useChange(endpoints.invitations.resend, invitation, {
    done: `Invitation resent to ${email}`,
    failed: 'The invitation was not sent again',
  })
  const cancel = useChange(endpoints.invitations.cancel, invitation, {
    done: `The invitation for ${email} was canceled`,
    failed: 'The invitation was not canceled',
  })
  const mayCreate = useMay('invitations:create')
  const mayCancel = useMay('invitations:cancel')
  return (
    <div className="flex items-center gap-1">
      <CopyButton text={link} name={`invitation link for ${email}`} className="size-7" />
      {mayCreate ? (
        <Button
          look="quiet"
          size="small"
          aria-label={`Resend to ${email}`}
          disabled={resend.isPending}
          onClick={() => resend.mutate()}
        >
          Resend
        </Button>
      ) : null}
      {mayCancel ? (
        <Confirm
          trigger={
            <Button look="quiet" size="small" disabled={cancel.isPending} aria-label={`Cancel invitation for ${email}`}>
              Cancel
            </Button>
          }
          title={`Cancel the invitation for ${email}?`}
          description="Its link stops working."
          action="Cancel invitation"
          keep="Keep invitation"
          onConfirm={() => cancel.mutate()}
        />
      ) : null}
    </div>
  )
}

type Route = typeof endpoints.invitations.resend | typeof endpoints.invitations.cancel

function useChange(route: Route, { id }: Invitation, words: { done: string; failed: string }) {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (): Promise<unknown> => call(route, { params: { organizationId, invitationId: id } }),
    onSuccess: () => toast.success(words.done),
    onError: (error) => toastError(words.failed, error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsQuery(organizationId).queryKey }),
  })
}

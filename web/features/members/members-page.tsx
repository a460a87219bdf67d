import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay } from '../identity/me.ts'
import { InvitationList } from './invitation-list.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { MemberList } from './member-list.tsx'

export function MembersPage() {
  const mayInvite = useMay('invitations:create')
  const maySeeInvitations = useMay('invitations:read')
  const [inviting, setInviting] = useState(false)
  useTitle('Members')
  const header = (
    <PageHeader title="Members">
      {mayInvite ? (
        <Button look="primary" size="small" onClick={() => setInviting(true)}>
          <UserPlus aria-hidden />
          Invite people
        </Button>
      ) : null}
    </PageHeader>
  )
  return (
    <Page header={header}>
      <MemberList />
      {maySeeInvitations ? <InvitationList /> : null}
      {mayInvite ? <InviteDialog open={inviting} onOpenChange={setInviting} /> : null}
    </Page>
  )
}

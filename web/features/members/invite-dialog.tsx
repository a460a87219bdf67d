import { useState } from 'react'
import type { FormEvent } from 'react'
import { AssignableRole } from '#schema/contracts/identity'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { AddressesField } from './addresses-field.tsx'
import { InviteResults } from './invite-results.tsx'
import { useInvite } from './use-invite.ts'

export function InviteDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Invite people"
      description="Each gets a link that works for seven days, and only with the invited address."
    >
      <InviteForm onDone={() => props.onOpenChange(false)} />
    </Dialog>
  )
}

const ROLES: readonly { value: AssignableRole; label: string; hint: string }[] = [
  { value: 'admin', label: 'Admin', hint: 'settings and people too' },
  { value: 'member', label: 'Member', hint: 'works with sessions' },
  { value: 'viewer', label: 'Viewer', hint: 'lists and status only' },
]

function InviteForm({ onDone }: { onDone: () => void }) {
  const [role, setRole] = useState<AssignableRole>('member')
  const { text, setText, wrong, results, busy, invite } = useInvite(useOrganizationId())
  const isAllDone = results.length > 0 && !busy && text === ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void invite(role)
  }
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <AddressesField text={text} wrong={wrong} disabled={busy} autoFocus onText={setText} />
      <Field label="Role">
        {(id) => (
          <Select
            id={id}
            value={role}
            options={ROLES}
            className="w-full border-line-strong"
            onChange={setRole}
          />
        )}
      </Field>
      <InviteResults results={results} />
      <div className="flex justify-end gap-2">
        {isAllDone ? <Button onClick={onDone}>Done</Button> : null}
        <Button type="submit" look="primary" disabled={busy || text.trim() === ''}>
          {busy ? 'Inviting…' : 'Send invitations'}
        </Button>
      </div>
    </form>
  )
}

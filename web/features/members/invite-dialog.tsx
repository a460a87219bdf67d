import { Check, CircleAlert } from 'lucide-react'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { AssignableRole } from '#schema/contracts/identity'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { addressesOf, MAX_ADDRESSES } from './addresses.ts'
import { useInvite } from './use-invite.ts'
import type { InviteResult } from './use-invite.ts'

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
  const [text, setText] = useState('')
  const [role, setRole] = useState<AssignableRole>('member')
  const [wrong, setWrong] = useState<string>()
  const { results, busy, invite } = useInvite(useOrganizationId())
  const isAllDone = results.length > 0 && !busy && text === ''
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const asked = addressesOf(text)
    const refusal = refuse(asked)
    setWrong(refusal)
    if (refusal !== undefined) return
    const left = await invite(asked.addresses, role)
    setText(left.join('\n'))
  }
  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
      <Field label="Email addresses" hint={`Up to ${MAX_ADDRESSES}, one per line or parted by commas.`} error={wrong}>
        {(id, describedBy) => (
          <Textarea
            id={id}
            value={text}
            autoFocus
            rows={3}
            disabled={busy}
            aria-invalid={wrong !== undefined}
            aria-describedby={describedBy}
            className="field-sizing-content max-h-[30dvh] min-h-20 resize-none"
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
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
      <Results results={results} />
      <div className="flex justify-end gap-2">
        {isAllDone ? <Button onClick={onDone}>Done</Button> : null}
        <Button type="submit" look="primary" disabled={busy || text.trim() === ''}>
          {busy ? 'Inviting…' : 'Send invitations'}
        </Button>
      </div>
    </form>
  )
}

function refuse({ addresses, wrong }: ReturnType<typeof addressesOf>): string | undefined {
  if (wrong.length > 0) return `Not an address: ${wrong.join(', ')}`
  if (addresses.length > MAX_ADDRESSES) return `These are ${addresses.length}. Invite ${MAX_ADDRESSES} at a time.`
  return undefined
}

function Results({ results }: { results: InviteResult[] }) {
  if (results.length === 0) return null
  return (
    <ul
      aria-label="Results"
      aria-live="polite"
      className="grid gap-1.5 rounded-md border border-line px-3 py-2 text-sm"
    >
      {results.map(({ email, invitation, problem }) => {
        const Icon = problem === null ? Check : CircleAlert
        return (
          <li key={email} className="flex min-w-0 items-start gap-2">
            <Icon aria-hidden className={`mt-0.5 size-3.5 shrink-0 ${problem === null ? 'text-good' : 'text-bad'}`} />
            <span className="min-w-0 break-words">
              {email}: <span className="text-ink-faint">{problem ?? outcomeOf(invitation?.mailed ?? false)}</span>
            </span>
            {invitation === null ? null : (
              <CopyButton text={invitation.link} name={`link for ${email}`} className="ml-auto" />
            )}
          </li>
        )
      })}
    </ul>
  )
}

function outcomeOf(mailed: boolean): string {
  return mailed ? 'invited by mail' : 'invited; no mail was sent, pass the link on'
}

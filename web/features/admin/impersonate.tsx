import { useState } from 'react'
import type { AdminUser } from '#schema/contracts/identity'
import { explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { InlineError } from '../../ui/states.tsx'
import { useMe } from '../identity/me.ts'
import { roleLabel } from '../organizations/role-label.ts'
import { isOneself } from './oneself.ts'
import { useImpersonate } from './use-impersonation.ts'

/** Offers to see the product as this person; not as oneself, nor as who is in no organization. */
export function Impersonate({ user }: { user: AdminUser }) {
  const me = useMe()
  const [open, setOpen] = useState(false)
  if (isOneself(me, user)) {
    return <span className="text-sm text-ink-faint">{user.id === me.user.id ? 'This is you' : 'You'}</span>
  }
  return (
    <>
      <Button
        size="small"
        aria-label={`Impersonate ${user.name}`}
        disabled={user.organizations.length === 0}
        title={user.organizations.length === 0 ? 'In no organization' : undefined}
        onClick={() => setOpen(true)}
      >
        Impersonate…
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`See the product as ${user.name}`}
        description="For at most 24 hours. The organization’s audit log says so, and what you do there is noted as yours."
      >
        <ImpersonateForm user={user} />
      </Dialog>
    </>
  )
}

function ImpersonateForm({ user }: { user: AdminUser }) {
  const options = user.organizations.map(({ id, name, role }) => ({ value: id, label: name, hint: roleLabel(role) }))
  const [organizationId, setOrganizationId] = useState(options[0]?.value)
  const { mutate, isPending, error } = useImpersonate()
  return (
    <form
      aria-label="Impersonate"
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (organizationId !== undefined) mutate({ userId: user.id, organizationId })
      }}
    >
      <Field label="Organization">
        {(id) => (
          <Select
            id={id}
            value={organizationId}
            options={options}
            className="w-full border-line-strong"
            onChange={setOrganizationId}
          />
        )}
      </Field>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button
        type="submit"
        look="primary"
        className="justify-self-end"
        disabled={isPending || organizationId === undefined}
      >
        {isPending ? 'Starting…' : 'Impersonate'}
      </Button>
    </form>
  )
}

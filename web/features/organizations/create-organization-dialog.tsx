import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Organization } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { useIdempotencyKey } from '../../idempotency-key.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { refusalOf } from './refusal.ts'
import { slugOf } from './slug-of.ts'

interface CreateProps {
  /** What happens next, for example to enter it; the dialog has closed by then. */
  onCreated: (organization: Organization) => void
}

interface DialogProps extends CreateProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function CreateOrganizationDialog(props: DialogProps) {
  const { open, onOpenChange, onCreated } = props
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Create an organization"
      description="It has its own members, repositories, automations and sessions. You will own it."
    >
      <CreateOrganizationForm
        onCreated={(organization) => {
          onOpenChange(false)
          onCreated(organization)
        }}
      />
    </Dialog>
  )
}

/** Name and slug; the slug follows the name until it is written by hand. */
export function CreateOrganizationForm({ onCreated }: CreateProps) {
  const [name, setName] = useState('')
  const [ownSlug, setOwnSlug] = useState<string | null>(null)
  const slug = ownSlug ?? slugOf(name)
  const keyOf = useIdempotencyKey()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), ...(slug === '' ? {} : { slug }) }
      return call(endpoints.ownOrganizations.create, { body, idempotencyKey: keyOf(body) })
    },
    onSuccess: onCreated,
  })
  const refusal = refusalOf(error)
  const atSlug = refusal?.field === 'slug' ? refusal.message : undefined
  const atName = refusal?.field === 'name' ? refusal.message : undefined
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <Field label="Name" error={atName}>
        {(id, describedBy) => (
          <Input
            id={id}
            value={name}
            required
            maxLength={100}
            autoFocus
            autoComplete="off"
            aria-invalid={atName !== undefined}
            aria-describedby={describedBy}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Slug" hint="Short and unique, for addresses. It can be changed later." error={atSlug}>
        {(id, describedBy) => (
          <Input
            id={id}
            value={slug}
            maxLength={60}
            spellCheck={false}
            autoComplete="off"
            className="font-mono text-sm"
            aria-invalid={atSlug !== undefined}
            aria-describedby={describedBy}
            onChange={(event) => setOwnSlug(event.target.value.toLowerCase())}
          />
        )}
      </Field>
      {refusal === null || refusal.field !== null ? null : <InlineError>{refusal.message}</InlineError>}
      <Button type="submit" look="primary" className="justify-self-end" disabled={isPending || name.trim() === ''}>
        {isPending ? 'Creating…' : 'Create organization'}
      </Button>
    </form>
  )
}

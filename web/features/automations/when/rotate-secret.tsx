import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../../client.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { InlineError } from '../../../ui/states.tsx'
import { useMay } from '../../identity/me.ts'
import { SecretOnce, SecretTaken } from './secret-once.tsx'

const OVERLAPS = [
  { value: '3600', label: 'For an hour more' },
  { value: '86400', label: 'For a day more' },
  { value: '604800', label: 'For a week more' },
  { value: '0', label: 'No longer: it stops at once' },
] as const
type Overlap = (typeof OVERLAPS)[number]['value']

interface RotateProps {
  endpointId: string
  name: string
}

/** The button for a new secret, for those who may. */
export function RotateSecret(props: RotateProps) {
  const mayRotate = useMay('webhook_endpoints:rotate')
  const [open, setOpen] = useState(false)
  if (!mayRotate) return null
  return (
    <>
      <Button size="small" className="justify-self-start" onClick={() => setOpen(true)}>
        New secret…
      </Button>
      <RotateSecretDialog {...props} open={open} onOpenChange={setOpen} />
    </>
  )
}

/** Gives an address a new secret; the old one is good for a while too, so that the sender can be told in peace. */
export function RotateSecretDialog({
  endpointId,
  name,
  open,
  onOpenChange,
}: RotateProps & { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [overlap, setOverlap] = useState<Overlap>('86400')
  const { mutate, reset, data, isPending, error } = useMutation({
    mutationFn: () => {
      const body = { overlapSeconds: Number(overlap) }
      return call(endpoints.webhookEndpoints.rotate, { params: { webhookEndpointId: endpointId }, body })
    },
    gcTime: 0,
  })
  const close = (isOpen: boolean) => {
    onOpenChange(isOpen)
    if (!isOpen) reset()
  }
  return (
    <Dialog open={open} onOpenChange={close} locked={data !== undefined} title="New secret" description={name}>
      {data === undefined ? (
        <div className="grid gap-4">
          <Field label="The old secret works">
            {(id) => (
              <Select
                id={id}
                value={overlap}
                options={OVERLAPS}
                className="w-full border-line-strong"
                onChange={setOverlap}
              />
            )}
          </Field>
          {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
          <Button look="primary" className="justify-self-end" disabled={isPending} onClick={() => mutate()}>
            {isPending ? 'One moment…' : 'Make a new secret'}
          </Button>
        </div>
      ) : (
        <SecretTaken onTaken={() => close(false)}>
          <SecretOnce path={data.path} secret={data.secret} />
        </SecretTaken>
      )}
    </Dialog>
  )
}

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
import { SecretOnce } from './secret-once.tsx'

const OVERLAPS = [
  { value: '3600', label: 'For an hour more' },
  { value: '86400', label: 'For a day more' },
  { value: '604800', label: 'For a week more' },
  { value: '0', label: 'No longer: it stops at once' },
] as const
type Overlap = (typeof OVERLAPS)[number]['value']

/** Gives an address a new secret; the old one is good for a while too, so that the sender can be told in peace. */
export function RotateSecret({ endpointId, name }: { endpointId: string; name: string }) {
  const mayRotate = useMay('webhook_endpoints:rotate')
  const [open, setOpen] = useState(false)
  const [overlap, setOverlap] = useState<Overlap>('86400')
  const { mutate, reset, data, isPending, error } = useMutation({
    mutationFn: () => {
      const body = { overlapSeconds: Number(overlap) }
      return call(endpoints.webhookEndpoints.rotate, { params: { webhookEndpointId: endpointId }, body })
    },
    gcTime: 0,
  })
  if (!mayRotate) return null
  const close = (isOpen: boolean) => {
    setOpen(isOpen)
    if (!isOpen) reset()
  }
  return (
    <>
      <Button size="small" className="justify-self-start" onClick={() => setOpen(true)}>
        New secret…
      </Button>
      <Dialog open={open} onOpenChange={close} title="New secret" description={name}>
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
          <div className="grid gap-4">
            <SecretOnce path={data.path} secret={data.secret} />
            <Button look="primary" className="justify-self-end" onClick={() => close(false)}>
              I have copied it
            </Button>
          </div>
        )}
      </Dialog>
    </>
  )
}

import { useMutation } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Provider } from '#schema/contracts/providers'
import type { TriggerListItem } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../../client.ts'
import { Button } from '../../../ui/button.tsx'
import { Confirm, Dialog } from '../../../ui/dialog.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { toastError } from '../../../ui/toasts.tsx'
import { useMay, useMayOwn } from '../../identity/me.ts'
import { TrySaved } from '../try/try-it.tsx'
import { providerOf, whenTitle } from '../when-words.ts'
import { RotateSecret } from './rotate-secret.tsx'
import { EditWhenDialog, useRefreshWhen } from './when-dialog.tsx'

interface ActionsProps {
  item: TriggerListItem
  providers: readonly Provider[]
  trying: boolean
  onTry: (trying: boolean) => void
}

/** What can be done with one thing that an automation runs on. */
export function WhenActions({ item, providers, trying, onTry }: ActionsProps) {
  const mayUpdate = useMayOwn('triggers:update', item)
  const mayDelete = useMayOwn('triggers:delete', item)
  const mayTry = useMay('triggers:test')
  const title = whenTitle(providers, item)
  const isTriable = mayTry && (providerOf(providers, item.provider)?.webhookAddresses.length ?? 0) > 0
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {item.webhook === null ? null : <RotateSecret endpointId={item.webhook.endpointId} name={title} />}
      {isTriable ? (
        <>
          <Button size="small" onClick={() => onTry(true)}>
            Try it
          </Button>
          <Dialog long open={trying} onOpenChange={onTry} title="Try it" description={title}>
            <TrySaved trigger={item} />
          </Dialog>
        </>
      ) : null}
      {mayUpdate ? <EditItem item={item} title={title} /> : null}
      {mayDelete ? <DeleteItem item={item} title={title} /> : null}
      <OnOff item={item} title={title} mayUpdate={mayUpdate} />
    </div>
  )
}

interface AboutItem {
  item: TriggerListItem
  title: string
}

function EditItem({ item, title }: AboutItem) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="quiet" size="icon" aria-label={`Edit ${title}`} onClick={() => setOpen(true)}>
        <Pencil aria-hidden />
      </Button>
      <EditWhenDialog triggerId={item.id} open={open} onOpenChange={setOpen} />
    </>
  )
}

function DeleteItem({ item, title }: AboutItem) {
  const refresh = useRefreshWhen()
  const { mutate, isPending } = useMutation({
    mutationFn: () => call(endpoints.triggers.delete, { params: { triggerId: item.id } }),
    onSuccess: () => toast.success(`It no longer runs on ${title}`),
    onError: (error) => toastError(`${title} was not deleted`, error),
    onSettled: refresh,
  })
  return (
    <Confirm
      trigger={
        <Button look="quiet" size="icon" aria-label={`Delete ${title}`} disabled={isPending}>
          <Trash2 aria-hidden />
        </Button>
      }
      title={`Delete ${title}?`}
      description="The runs that it started are deleted with it. To pause it, switch it off instead."
      action="Delete"
      onConfirm={() => mutate()}
    />
  )
}

function OnOff({ item, title, mayUpdate }: AboutItem & { mayUpdate: boolean }) {
  const refresh = useRefreshWhen()
  const { mutate, variables, isPending } = useMutation({
    mutationFn: (enabled: boolean) => {
      return call(endpoints.triggers.update, { params: { triggerId: item.id }, body: { enabled } })
    },
    onError: (error) => toastError(`${title} was not switched`, error),
    onSettled: refresh,
  })
  return (
    <Switch
      label={`${title} on`}
      checked={isPending ? variables : item.enabled}
      disabled={!mayUpdate}
      onChange={(enabled) => mutate(enabled)}
    />
  )
}

import { useMutation } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Provider } from '#schema/contracts/providers'
import type { TriggerListItem } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../../client.ts'
import { Button } from '../../../ui/button.tsx'
import { Confirm, Dialog } from '../../../ui/dialog.tsx'
import { Menu, MenuItem } from '../../../ui/menu.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { toastError } from '../../../ui/toasts.tsx'
import { useMay, useMayOwn } from '../../identity/me.ts'
import { TrySaved } from '../try/try-it.tsx'
import { providerOf, whenTitle } from '../when-words.ts'
import { RotateSecretDialog } from './rotate-secret.tsx'
import { EditWhenDialog, useRefreshWhen } from './when-dialog.tsx'

interface ActionsProps {
  item: TriggerListItem
  providers: readonly Provider[]
  trying: boolean
  onTry: (trying: boolean) => void
}

type Asking = 'edit' | 'secret' | 'delete'

/** What can be done with one thing that an automation runs on. */
export function WhenActions({ item, providers, trying, onTry }: ActionsProps) {
  const mayUpdate = useMayOwn('triggers:update', item)
  const mayTry = useMay('triggers:test')
  const title = whenTitle(providers, item)
  const isTriable = mayTry && (providerOf(providers, item.provider)?.webhookAddresses.length ?? 0) > 0
  return (
    <div className="flex shrink-0 items-center gap-1.5">
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
      <More item={item} title={title} mayUpdate={mayUpdate} />
      <OnOff item={item} title={title} mayUpdate={mayUpdate} />
    </div>
  )
}

interface AboutItem {
  item: TriggerListItem
  title: string
}

/** What is done more seldom, in a menu; nothing where nothing may be done. */
function More({ item, title, mayUpdate }: AboutItem & { mayUpdate: boolean }) {
  const mayDelete = useMayOwn('triggers:delete', item)
  const mayRotate = useMay('webhook_endpoints:rotate') && item.webhook !== null
  const [asking, setAsking] = useState<Asking | null>(null)
  if (!mayUpdate && !mayDelete && !mayRotate) return null
  const about = (what: Asking) => ({ open: asking === what, onOpenChange: () => setAsking(null) })
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={`Actions of ${title}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        {mayUpdate ? <MenuItem onSelect={() => setAsking('edit')}>Edit…</MenuItem> : null}
        {mayRotate ? <MenuItem onSelect={() => setAsking('secret')}>New secret…</MenuItem> : null}
        {mayDelete ? <MenuItem onSelect={() => setAsking('delete')}>Delete…</MenuItem> : null}
      </Menu>
      <EditWhenDialog triggerId={item.id} {...about('edit')} />
      {item.webhook === null ? null : (
        <RotateSecretDialog endpointId={item.webhook.endpointId} name={title} {...about('secret')} />
      )}
      <DeleteItem item={item} title={title} {...about('delete')} />
    </>
  )
}

function DeleteItem({ item, title, ...asked }: AboutItem & { open: boolean; onOpenChange: () => void }) {
  const refresh = useRefreshWhen()
  const { mutate } = useMutation({
    mutationFn: () => call(endpoints.triggers.delete, { params: { triggerId: item.id } }),
    onSuccess: () => toast.success('Event deleted', { description: title }),
    onError: (error) => toastError(`${title} was not deleted`, error),
    onSettled: refresh,
  })
  return (
    <Confirm
      {...asked}
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

import { X } from 'lucide-react'
import { AlertDialog, Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { cx } from './class-names.ts'

const SHADE = 'fixed inset-0 z-40 bg-shade'
const PANEL = cx(
  'animate-appear fixed top-[12dvh] left-1/2 z-50 grid max-h-[80dvh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2',
  'overflow-y-auto rounded-xl border border-line bg-raised shadow-2xl outline-none',
)

export function Dialog(props: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description: string
  /** For long forms: it has more room, and a click beside it does not close it. */
  long?: boolean
  children: ReactNode
}) {
  const { long = false } = props
  const stay = (event: Event) => event.preventDefault()
  return (
    <Primitive.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={SHADE} />
        <Primitive.Content
          className={cx(PANEL, long && 'top-[6dvh] max-h-[88dvh] max-w-2xl')}
          {...(long ? { onInteractOutside: stay } : {})}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4">
            <div>
              <Primitive.Title className="text-lg font-semibold">{props.title}</Primitive.Title>
              <Primitive.Description className="text-sm text-ink-faint">{props.description}</Primitive.Description>
            </div>
            <Primitive.Close asChild>
              <Button look="quiet" size="icon" aria-label="Close" className="-mr-1.5">
                <X aria-hidden />
              </Button>
            </Primitive.Close>
          </div>
          <div className="px-5 pt-4 pb-5">{props.children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** Asks before something that cannot be taken back; what only should not happen unawares has a `look` of its own. */
export function Confirm(props: {
  trigger: ReactNode
  title: string
  description: string
  action: string
  keep?: string
  look?: 'danger' | 'primary'
  onConfirm: () => void
}) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger asChild>{props.trigger}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={SHADE} />
        <AlertDialog.Content className={PANEL}>
          <div className="grid gap-1 px-5 pt-4">
            <AlertDialog.Title className="text-lg font-semibold">{props.title}</AlertDialog.Title>
            <AlertDialog.Description className="text-ink-soft">{props.description}</AlertDialog.Description>
          </div>
          <div className="flex justify-end gap-2 px-5 pt-5 pb-4">
            <AlertDialog.Cancel asChild>
              <Button>{props.keep ?? 'Keep it'}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button look={props.look ?? 'danger'} onClick={props.onConfirm}>
                {props.action}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

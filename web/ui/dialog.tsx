import { X } from 'lucide-react'
import { AlertDialog, Dialog as Primitive } from 'radix-ui'
import { useState } from 'react'
import type { FormEvent, ReactNode } from 'react'
import { Button } from './button.tsx'
import { cx } from './class-names.ts'
import { focusFirstField, useFocusBack } from './dialog-focus.ts'

const SHADE = 'fixed inset-0 z-40 bg-shade'
const PANEL = cx(
  'animate-appear fixed top-[12dvh] left-1/2 z-50 grid max-h-[80dvh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2',
  'overflow-y-auto rounded-xl border border-line bg-raised shadow-2xl outline-none',
)
const LONG = 'top-[6dvh] max-h-[88dvh] max-w-2xl scroll-pb-16'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description: string
  /** For long forms: it has more room, and a click beside it does not close it. */
  long?: boolean
  /** While it shows what cannot be shown again: nothing closes it but a button of its own. */
  locked?: boolean
  /** Asks before what was written in it is thrown away. */
  guarded?: boolean
  children: ReactNode
}

/** A window over the page. What had the focus before gets it back. */
export function Dialog(props: DialogProps) {
  return (
    <Primitive.Root open={props.open} onOpenChange={props.onOpenChange}>
      {props.open ? <Opened {...props} /> : null}
    </Primitive.Root>
  )
}

/** There while it is open, so that each opening begins with nothing written. */
function Opened(props: DialogProps) {
  const { onOpenChange, long = false, locked = false, guarded = false } = props
  const giveFocusBack = useFocusBack()
  const [isWritten, setWritten] = useState(false)
  const [asking, setAsking] = useState(false)
  const mustAsk = guarded && isWritten
  const close = () => (mustAsk ? setAsking(true) : onOpenChange(false))
  const noteWriting = ({ currentTarget, target }: FormEvent) => {
    // React hands on what happens in dialogs over this one, too.
    if (currentTarget.contains(target as Node)) setWritten(true)
  }
  return (
    <Primitive.Portal>
      <Primitive.Overlay className={SHADE} />
      <Primitive.Content
        className={cx(PANEL, long && LONG)}
        onOpenAutoFocus={focusFirstField}
        onCloseAutoFocus={giveFocusBack}
        onInteractOutside={(event) => {
          // The focus may go to a list or a window over this one.
          if (event.defaultPrevented) return
          event.preventDefault()
          if (!long && !locked) close()
        }}
        onEscapeKeyDown={(event) => {
          event.preventDefault()
          if (!locked) close()
        }}
      >
        <Head {...props} onClose={locked ? null : close} />
        <div
          data-body
          className="px-5 pt-4 pb-5"
          onChange={noteWriting}
          // A form in here is no part of the form that may have opened it.
          onSubmit={(event) => event.stopPropagation()}
        >
          {props.children}
        </div>
        <Discard open={asking} onOpenChange={setAsking} onConfirm={() => onOpenChange(false)} />
      </Primitive.Content>
    </Primitive.Portal>
  )
}

type HeadProps = Pick<DialogProps, 'title' | 'description'> & { onClose: (() => void) | null }

function Head({ title, description, onClose }: HeadProps) {
  return (
    <div className="flex items-start justify-between gap-4 px-5 pt-4">
      <div className="min-w-0">
        <Primitive.Title className="text-lg font-semibold break-words">{title}</Primitive.Title>
        <Primitive.Description className="text-sm break-words text-ink-faint">{description}</Primitive.Description>
      </div>
      {onClose === null ? null : (
        <Button look="quiet" size="icon" aria-label="Close" className="-mr-1.5" onClick={onClose}>
          <X aria-hidden />
        </Button>
      )}
    </div>
  )
}

/** The end of a form in a dialog, in sight however long the form is. */
export function DialogEnd({ children }: { children: ReactNode }) {
  return (
    <div className="sticky bottom-0 z-10 -mx-5 -mb-5 flex items-center justify-end gap-3 border-t border-line bg-raised px-5 py-3">
      {children}
    </div>
  )
}

type Asking = Pick<ConfirmProps, 'open' | 'onOpenChange' | 'onConfirm'>

/** Asks before what was written is thrown away. */
export function Discard(props: Asking) {
  return (
    <Confirm
      {...props}
      title="Discard what you wrote?"
      description="It is not saved yet."
      action="Discard"
      keep="Keep editing"
    />
  )
}

interface ConfirmProps {
  /** Opens it; left out where something else does, by `open`. */
  trigger?: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  title: string
  description: string
  action: string
  keep?: string
  look?: 'destroy' | 'primary'
  onConfirm: () => void
}

/** Asks before something that cannot be taken back; what only should not happen unawares has a `look` of its own. */
export function Confirm(props: ConfirmProps) {
  const { trigger, open, onOpenChange } = props
  const control = { ...(open === undefined ? {} : { open }), ...(onOpenChange === undefined ? {} : { onOpenChange }) }
  return (
    <AlertDialog.Root {...control}>
      {trigger === undefined ? null : <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>}
      <AlertDialog.Portal>
        <Question {...props} />
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

function Question({ trigger, title, description, action, keep = 'Cancel', look = 'destroy', onConfirm }: ConfirmProps) {
  const giveFocusBack = useFocusBack()
  return (
    <>
      <AlertDialog.Overlay className={SHADE} />
      <AlertDialog.Content
        className={PANEL}
        {...(trigger === undefined ? { onCloseAutoFocus: giveFocusBack } : {})}
      >
        <div className="grid gap-1 px-5 pt-4">
          <AlertDialog.Title className="text-lg font-semibold break-words">{title}</AlertDialog.Title>
          <AlertDialog.Description className="break-words text-ink-soft">{description}</AlertDialog.Description>
        </div>
        <div className="flex justify-end gap-2 px-5 pt-5 pb-4">
          <AlertDialog.Cancel asChild>
            <Button>{keep}</Button>
          </AlertDialog.Cancel>
          <AlertDialog.Action asChild>
            <Button look={look} onClick={onConfirm}>
              {action}
            </Button>
          </AlertDialog.Action>
        </div>
      </AlertDialog.Content>
    </>
  )
}

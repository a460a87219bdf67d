import { useState } from 'react'

const FIELDS = ['input', 'textarea', 'select', '[role=combobox]'].map((field) => `[data-body] ${field}:enabled`).join()
const BUTTONS = '[data-body] :is(a[href], button:enabled)'

/** Puts the focus on the first field of a window that opens: never on the button that closes it. */
export function focusFirstField(event: Event): void {
  event.preventDefault()
  const panel = event.currentTarget as HTMLElement
  const first = panel.querySelector<HTMLElement>(FIELDS) ?? panel.querySelector<HTMLElement>(BUTTONS)
  const target = first ?? panel
  target.focus({ preventScroll: true })
}

/** Gives the focus back, when a window closes, to what had it before it opened. */
export function useFocusBack(): (event: Event) => void {
  // Asked while the window is drawn for the first time: afterwards a field in it may have the focus already.
  const [opener] = useState(openerNow)
  return (event) => {
    event.preventDefault()
    opener?.focus()
  }
}

/** What has the focus; of an entry in a menu or a list, which closes with it, what opened that. */
function openerNow(): HTMLElement | null {
  const { activeElement } = document
  const list = activeElement?.closest('[role=menu], [role=listbox]')
  const opener = list ? document.querySelector(`[aria-controls="${list.id}"]`) : activeElement
  return opener instanceof HTMLElement ? opener : null
}

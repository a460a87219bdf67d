import { Toaster, toast } from 'sonner'
import { explainError } from '../client.ts'
import { useTheme } from './theme.ts'

export function Toasts() {
  const { dark } = useTheme()
  return (
    <Toaster
      theme={dark ? 'dark' : 'light'}
      position="bottom-right"
      closeButton
      toastOptions={{
        style: {
          background: 'var(--raised)',
          border: '1px solid var(--line-strong)',
          color: 'var(--ink)',
          borderRadius: 8,
          fontFamily: 'inherit',
          fontSize: 13,
        },
      }}
    />
  )
}

/** Tells that something the person asked for did not happen. */
export function toastError(title: string, error: unknown): void {
  const { message, requestId } = explainError(error)
  toast.error(title, { description: requestId === null ? message : `${message} (request ${requestId})` })
}

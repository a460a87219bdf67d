import type { ReactNode } from 'react'
import { Button } from '../../../ui/button.tsx'
import { CopyButton } from '../../../ui/copy.tsx'

/** An address where webhooks go, in full. */
export function addressOf(path: string): string {
  return new URL(path, location.origin).href
}

/** An address and its secret, the only time that the secret can be shown. */
export function SecretOnce({ path, secret }: { path: string; secret: string | null }) {
  return (
    <div className="grid gap-3">
      <ToCopy label="Address" text={addressOf(path)} />
      {secret === null ? null : <ToCopy label="Secret" text={secret} />}
      {secret === null ? null : (
        <p className="text-xs text-ink-faint">
          The secret is shown only once. The sender signs with it, so enter it in the sender’s webhook settings.
        </p>
      )}
    </div>
  )
}

/** What can be seen this once, and the only way out of the dialog that shows it. */
export function SecretTaken({ onTaken, children }: { onTaken: () => void; children: ReactNode }) {
  return (
    <div className="grid gap-4">
      {children}
      <Button look="primary" className="justify-self-end" onClick={onTaken}>
        I have copied it
      </Button>
    </div>
  )
}

/** One line to be copied, with its name. */
export function ToCopy({ label, text }: { label: string; text: string }) {
  return (
    <div className="grid gap-1">
      <p className="text-xs text-ink-faint">{label}</p>
      <div className="flex items-start gap-2 rounded-md border border-line-strong bg-surface px-3 py-2">
        <code aria-label={label} className="min-w-0 flex-1 font-mono text-xs break-all">
          {text}
        </code>
        <CopyButton text={text} name={label.toLowerCase()} />
      </div>
    </div>
  )
}

import { Field, Textarea } from '../../ui/field.tsx'
import { MAX_ADDRESSES } from './addresses.ts'

interface AddressesFieldProps {
  text: string
  wrong: string | undefined
  disabled: boolean
  autoFocus?: boolean
  onText: (text: string) => void
}

/** Where the addresses of several people are typed or pasted. */
export function AddressesField({ text, wrong, disabled, autoFocus = false, onText }: AddressesFieldProps) {
  return (
    <Field label="Email addresses" hint={`Up to ${MAX_ADDRESSES}, one per line or separated by commas.`} error={wrong}>
      {(id, describedBy) => (
        <Textarea
          id={id}
          value={text}
          autoFocus={autoFocus}
          rows={3}
          spellCheck={false}
          disabled={disabled}
          aria-invalid={wrong !== undefined}
          aria-describedby={describedBy}
          className="field-sizing-content max-h-[30dvh] min-h-20 resize-none"
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </Field>
  )
}

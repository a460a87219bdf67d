import type { ComponentProps } from 'react'
import { Field, Input } from './field.tsx'

interface TextFieldProps extends Omit<ComponentProps<typeof Input>, 'value' | 'onChange'> {
  label: string
  value: string
  hint?: string
  error?: string | undefined
  onText: (text: string) => void
}

/** A line of text with its label, and what is wrong with it. */
export function TextField({ label, hint, error, onText, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(id, describedBy) => (
        <Input
          id={id}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={error !== undefined}
          aria-describedby={describedBy}
          onChange={(event) => onText(event.target.value)}
          {...rest}
        />
      )}
    </Field>
  )
}

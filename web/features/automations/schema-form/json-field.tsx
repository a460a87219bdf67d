import { useState } from 'react'
import { Field, Textarea } from '../../../ui/field.tsx'

/** What no simpler field can say, as JSON. While it cannot be read, the form is not sent. */
export function JsonField(props: {
  label: string
  hint: string | undefined
  error: string | undefined
  value: unknown
  onChange: (value: unknown) => void
}) {
  const { label, hint, error, value, onChange } = props
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)))
  const [broken, setBroken] = useState<string | undefined>(undefined)
  const change = (box: HTMLTextAreaElement) => {
    setText(box.value)
    try {
      onChange(box.value.trim() === '' ? undefined : JSON.parse(box.value))
      setBroken(undefined)
      box.setCustomValidity('')
    } catch {
      setBroken('This is not valid JSON')
      box.setCustomValidity('This is not valid JSON')
    }
  }
  return (
    <Field label={label} hint={hint} error={broken ?? error}>
      {(id, describedBy) => (
        <Textarea
          id={id}
          value={text}
          spellCheck={false}
          className="field-sizing-content max-h-60 min-h-16 font-mono text-xs"
          aria-invalid={(broken ?? error) !== undefined}
          aria-describedby={describedBy}
          onChange={({ target }) => change(target)}
        />
      )}
    </Field>
  )
}

import { X } from 'lucide-react'
import { useState } from 'react'
import type { KeyboardEvent } from 'react'
import { cx } from '../../../ui/class-names.ts'
import { Field } from '../../../ui/field.tsx'
import { Told } from './told.tsx'

interface ChipsProps {
  label: string
  hint: string | undefined
  error: string | undefined
  value: string[]
  /** All that can be said, where not everything can. */
  options?: readonly string[]
  onChange: (value: string[]) => void
}

/** A list of texts, each a chip; Enter or a comma makes one of what is written. */
export function ChipsField(props: ChipsProps) {
  return props.options === undefined ? <Written {...props} /> : <Chosen {...props} options={props.options} />
}

function Written({ label, hint, error, value, onChange }: ChipsProps) {
  const [text, setText] = useState('')
  const add = (written: string) => {
    const added = written.split(',').map((part) => part.trim()).filter((part) => part !== '')
    if (added.length > 0) onChange([...new Set([...value, ...added])])
    setText('')
  }
  const handleKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && text.trim() !== '') {
      event.preventDefault()
      add(text)
    }
    if (event.key === 'Backspace' && text === '' && value.length > 0) onChange(value.slice(0, -1))
  }
  return (
    <Field label={label} hint={hint} error={error}>
      {(id, describedBy) => (
        <div className={BOX} data-invalid={error === undefined ? undefined : true}>
          {value.map((chip) => (
            <Chip key={chip} text={chip} onRemove={() => onChange(value.filter((other) => other !== chip))} />
          ))}
          <input
            id={id}
            value={text}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={error !== undefined}
            aria-describedby={describedBy}
            className="h-6 min-w-24 flex-1 bg-transparent text-base outline-none"
            onChange={({ target }) => (target.value.includes(',') ? add(target.value) : setText(target.value))}
            onKeyDown={handleKey}
            onBlur={() => add(text)}
          />
        </div>
      )}
    </Field>
  )
}

const BOX = cx(
  'flex min-h-8 flex-wrap items-center gap-1 rounded-md border border-line-strong bg-page px-1.5 py-[3px]',
  'transition-colors hover:border-ink-faint focus-within:border-ink data-invalid:border-bad',
)

function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  return (
    <span className="inline-flex max-w-full items-center gap-0.5 rounded bg-selected py-0.5 pr-0.5 pl-1.5 text-sm">
      <span className="min-w-0 truncate">{text}</span>
      <button
        type="button"
        aria-label={`Remove ${text}`}
        className="inline-flex size-4.5 shrink-0 items-center justify-center rounded text-ink-faint hover:text-ink"
        onClick={onRemove}
      >
        <X aria-hidden className="size-3" />
      </button>
    </span>
  )
}

function Chosen({ label, hint, error, value, options, onChange }: ChipsProps & { options: readonly string[] }) {
  const toggle = (option: string) => {
    onChange(value.includes(option) ? value.filter((other) => other !== option) : [...value, option])
  }
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-1.5">
        {options.map((option) => (
          <label
            key={option}
            className={cx(
              'inline-flex h-7 cursor-pointer items-center gap-1.5 rounded-md border border-line px-2 text-sm',
              'hover:bg-hover has-checked:border-ink has-checked:bg-selected',
            )}
          >
            <input
              type="checkbox"
              className="size-3.5 accent-ink"
              checked={value.includes(option)}
              onChange={() => toggle(option)}
            />
            {option.replaceAll('_', ' ')}
          </label>
        ))}
      </div>
      <Told hint={hint} error={error} />
    </fieldset>
  )
}

import { useState } from 'react'
import { cx } from '../../ui/class-names.ts'
import { Field, Input } from '../../ui/field.tsx'
import { MAX_PASSWORD, MIN_PASSWORD, passwordStrength } from './password-strength.ts'
import type { Strength } from './password-strength.ts'

const SHOWN: Record<Strength, { word: string; filled: number; color: string }> = {
  short: { word: `At least ${MIN_PASSWORD} characters`, filled: 0, color: 'bg-line' },
  weak: { word: 'Weak', filled: 1, color: 'bg-bad' },
  fair: { word: 'Fair', filled: 2, color: 'bg-warn' },
  strong: { word: 'Strong', filled: 3, color: 'bg-good' },
}

/** Takes a new password as `name`, shows it on request, and says how hard it would be to guess. */
export function NewPasswordField({ label, name, autoFocus }: { label: string; name: string; autoFocus?: boolean }) {
  const [typed, setTyped] = useState('')
  const [shown, setShown] = useState(false)
  return (
    <Field label={label}>
      {(id) => (
        <>
          <div className="relative">
            <Input
              id={id}
              name={name}
              type={shown ? 'text' : 'password'}
              autoComplete="new-password"
              required
              autoFocus={autoFocus}
              minLength={MIN_PASSWORD}
              maxLength={MAX_PASSWORD}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              aria-describedby={`${id}-strength`}
              className="h-9 pr-14"
            />
            <button
              type="button"
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
              className="absolute inset-y-1 right-1 rounded px-2 text-xs text-ink-faint hover:bg-hover hover:text-ink"
            >
              {shown ? 'Hide' : 'Show'}
            </button>
          </div>
          <StrengthBar id={`${id}-strength`} strength={passwordStrength(typed)} />
        </>
      )}
    </Field>
  )
}

function StrengthBar({ id, strength }: { id: string; strength: Strength }) {
  const { word, filled, color } = SHOWN[strength]
  return (
    <div className="mt-0.5 flex items-center gap-3">
      <span aria-hidden className="grid flex-1 grid-cols-3 gap-1">
        {[0, 1, 2].map((part) => (
          <span key={part} className={cx('h-1 rounded-full', part < filled ? color : 'bg-line')} />
        ))}
      </span>
      <span id={id} className="text-xs text-ink-faint">
        {word}
      </span>
    </div>
  )
}

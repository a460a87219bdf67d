import type { FormEvent } from 'react'
import { UserCode } from '#schema/contracts/identity'
import { Button } from '../../../ui/button.tsx'
import { Field, Input } from '../../../ui/field.tsx'
import { InlineError } from '../../../ui/states.tsx'

/** Case, blanks and the dash do not matter. */
const TYPED = '\\s*[A-Za-z]{4}[\\s\\-]*[0-9]{4}\\s*'

/** Takes the code that a device shows. */
export function CodeForm(props: {
  typed: string | undefined
  refusal: string | undefined
  onCode: (code: string) => void
}) {
  const { typed, refusal, onCode } = props
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onCode(UserCode.parse(String(new FormData(event.currentTarget).get('code'))))
  }
  return (
    <form onSubmit={submit} className="grid gap-4" aria-label="Code of the device">
      <Field label="Code">
        {(id) => (
          <Input
            id={id}
            name="code"
            required
            autoFocus
            defaultValue={typed}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            pattern={TYPED}
            maxLength={20}
            title="Four letters and four digits, such as ABCD-1234"
            placeholder="ABCD-1234"
            aria-invalid={refusal !== undefined}
            className="h-11 text-center font-mono text-lg tracking-widest uppercase"
          />
        )}
      </Field>
      {refusal === undefined ? null : <InlineError>{refusal}</InlineError>}
      <Button type="submit" look="primary" className="h-9">
        Continue
      </Button>
    </form>
  )
}

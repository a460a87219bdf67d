import { useState } from 'react'
import type { Organization } from '#schema/contracts/identity'
import type { Tagged } from '#schema/endpoints/client'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { ChangedMeanwhile } from '../../ui/changed-meanwhile.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { refusalOf } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { changeOf, FIELDS, refusalOfLogo, textsOf, useSaveOrganization } from './save-organization.ts'
import type { Texts } from './save-organization.ts'

interface Draft {
  texts: Partial<Texts>
  /** What was there when it was begun. */
  seen: Tagged<Organization>
}

/** Name, slug and logo; sends what was changed, on top of what was there when the person began. */
export function OrganizationForm({ read }: { read: Tagged<Organization> }) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const { texts, seen } = draft ?? { texts: {}, seen: read }
  const there = textsOf(seen.body)
  const change = changeOf(there, texts)
  const { mutate, isPending, error, data } = useSaveOrganization((now, saved) => {
    // What is typed stays when nothing was saved; the rest of the form follows what is there now.
    setDraft(saved ? null : { texts, seen: now })
  })
  const refusal = refusalOf(error)
  const isPlaced = FIELDS.some(({ field }) => field === refusal?.field)
  const shown = { ...there, ...texts }
  const isLogoRefused = refusalOfLogo(shown.logo) !== undefined
  const isOvertaken = data?.saved === false && draft !== null
  return (
    <form
      aria-label="Organization"
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate({ seen, change })
      }}
    >
      {isOvertaken ? <ChangedMeanwhile what="the organization" /> : null}
      <Fields
        texts={shown}
        there={isOvertaken ? there : null}
        refusal={refusal}
        onText={(text) => setDraft({ seen, texts: { ...texts, ...text } })}
      />
      {refusal === null || isPlaced ? null : <InlineError>{refusal.message}</InlineError>}
      <Button
        type="submit"
        look="primary"
        className="justify-self-end"
        disabled={isPending || isLogoRefused || Object.keys(change).length === 0}
      >
        {isPending ? 'Saving…' : 'Save changes'}
      </Button>
    </form>
  )
}

interface FieldsProps {
  texts: Texts
  /** What is there now, to be shown beside what was typed. */
  there: Texts | null
  refusal: Refusal | null
  onText: (text: Partial<Texts>) => void
}

function Fields({ texts, there, refusal, onText }: FieldsProps) {
  const logo = texts.logo.trim()
  return (
    <>
      <Avatar name={texts.name} image={logo === '' ? null : logo} size="large" shape="square" />
      {FIELDS.map(({ field, label, hint, maxLength, isMono, type }) => {
        const unshown = field === 'logo' ? refusalOfLogo(logo) : undefined
        const wrong = refusal?.field === field ? refusal.message : unshown
        const isOther = there !== null && there[field] !== texts[field].trim()
        return (
          <Field key={field} label={label} hint={isOther ? `Now: ${there[field] || 'none'}` : hint} error={wrong}>
            {(id, describedBy) => (
              <Input
                id={id}
                type={type}
                value={texts[field]}
                maxLength={maxLength}
                required={type === 'text'}
                placeholder={type === 'url' ? 'https://' : undefined}
                autoComplete="off"
                spellCheck={false}
                className={isMono ? 'font-mono text-sm' : ''}
                aria-invalid={wrong !== undefined}
                aria-describedby={describedBy}
                onChange={(event) => onText({ [field]: event.target.value })}
              />
            )}
          </Field>
        )
      })}
    </>
  )
}

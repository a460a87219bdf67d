import { useState } from 'react'
import type { Onboarding } from '#schema/contracts/identity'
import { explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { MAX_EMAILS, readEmails } from './read-emails.ts'
import { SkipStep } from './step-actions.tsx'
import type { Invited } from './use-invite-all.ts'
import { useInviteAll } from './use-invite-all.ts'
import { useAdvance } from './use-onboarding.ts'

/** Invites up to twenty people at once, and tells of each what became of it. */
export function InviteStep({ onboarding }: { onboarding: Onboarding }) {
  const [text, setText] = useState('')
  const { results, inviteAll, isPending } = useInviteAll(onboarding.organizationId)
  const { emails, wrong } = readEmails(text)
  const refused = refusalOf(emails, wrong)
  const invited = results.some(({ problem }) => problem === null)
  return (
    <div className="grid gap-4">
      <form
        aria-label="Invite teammates"
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void inviteAll(emails).then(setText)
        }}
      >
        <Field label="Email addresses" hint={`Up to ${MAX_EMAILS}, one per line.`} error={refused}>
          {(id, describedBy) => (
            <Textarea
              id={id}
              value={text}
              rows={4}
              spellCheck={false}
              placeholder={'ada@example.com\nbo@example.com'}
              aria-invalid={refused !== undefined}
              aria-describedby={describedBy}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
        <Button
          type="submit"
          look={invited ? 'outline' : 'primary'}
          className="h-9"
          disabled={isPending || emails.length === 0 || refused !== undefined}
        >
          {isPending ? 'Inviting…' : inviteLabel(emails.length)}
        </Button>
      </form>
      <Results results={results} />
      {invited ? (
        <Continue onboarding={onboarding} />
      ) : (
        <SkipStep onboarding={onboarding} step="invite" disabled={isPending} />
      )}
    </div>
  )
}

function inviteLabel(count: number): string {
  if (count === 0) return 'Invite'
  return count === 1 ? 'Invite 1 person' : `Invite ${count} people`
}

function refusalOf(emails: string[], wrong: string[]): string | undefined {
  if (wrong.length > 0) return `Not an email address: ${wrong.join(', ')}`
  return emails.length > MAX_EMAILS ? `At most ${MAX_EMAILS} at once; these are ${emails.length}.` : undefined
}

function Results({ results }: { results: readonly Invited[] }) {
  if (results.length === 0) return null
  return (
    <ul aria-label="Invitations" aria-live="polite" className="divide-y divide-line rounded-lg border border-line">
      {results.map(({ email, link, problem }) => (
        <li key={email} className="flex items-center gap-3 px-3 py-1.5 text-sm">
          <span className="min-w-0 flex-1 truncate" title={email}>
            {email}
          </span>
          {problem !== null ? (
            <span className="max-w-3/5 text-right text-bad">{problem}</span>
          ) : link === null ? (
            <span className="text-good">Invited by mail</span>
          ) : (
            <span className="flex items-center gap-1 text-ink-soft">
              Pass on the link
              <CopyButton text={link} name={`invitation link for ${email}`} />
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

function Continue({ onboarding }: { onboarding: Onboarding }) {
  const { mutate, isPending, error } = useAdvance()
  return (
    <>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button
        look="primary"
        className="h-9"
        disabled={isPending}
        onClick={() => mutate({ onboarding, step: 'invite' })}
      >
        Continue
      </Button>
    </>
  )
}

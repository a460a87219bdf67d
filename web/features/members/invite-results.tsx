import { Check, CircleAlert } from 'lucide-react'
import { CopyButton } from '../../ui/copy.tsx'
import type { InviteResult } from './use-invite.ts'

/** What became of each address, with the link to share. */
export function InviteResults({ results }: { results: readonly InviteResult[] }) {
  if (results.length === 0) return null
  return (
    <ul
      aria-label="Results"
      aria-live="polite"
      className="grid gap-1.5 rounded-md border border-line px-3 py-2 text-sm"
    >
      {results.map(({ email, invitation, problem }) => {
        const Icon = problem === null ? Check : CircleAlert
        return (
          <li key={email} className="flex min-w-0 items-start gap-2">
            <Icon aria-hidden className={`mt-0.5 size-3.5 shrink-0 ${problem === null ? 'text-good' : 'text-bad'}`} />
            <span className="min-w-0 break-words">
              {email}: <span className="text-ink-faint">{problem ?? outcomeOf(invitation?.mailed ?? false)}</span>
            </span>
            {invitation === null ? null : (
              <CopyButton text={invitation.link} name={`invitation link for ${email}`} className="ml-auto" />
            )}
          </li>
        )
      })}
    </ul>
  )
}

function outcomeOf(mailed: boolean): string {
  return mailed ? 'invited by email' : 'invited; no email was sent, copy and share the link'
}

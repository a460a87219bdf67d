import { EyeOff } from 'lucide-react'
import type { Session } from '#schema/contracts/sessions'
import { Page } from '../../ui/page.tsx'
import { useMe } from '../identity/me.ts'
import { roleLabel } from '../organizations/role-label.ts'
import { SessionDetails } from './session-details.tsx'
import { SessionHeader } from './session-header.tsx'
import { EMPTY_VIEW } from './session-view.ts'

/** A session for whom its conversation and changes are closed: where it stands, and the facts. */
export function SessionOutline({ session }: { session: Session }) {
  const { role } = useMe()
  const who = role === null ? 'You' : `${roleLabel(role)}s`
  return (
    <Page header={<SessionHeader session={session} branch={session.branch} />}>
      <div className="mx-auto max-w-3xl">
        <p className="m-4 flex items-start gap-2.5 rounded-lg border border-line bg-surface px-3.5 py-2.5 md:m-5">
          <EyeOff aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
          <span>
            {who} see where a session stands, not its conversation and changes. Members see those: ask an owner to
            change your role.
          </span>
        </p>
        <SessionDetails session={session} view={EMPTY_VIEW} />
      </div>
    </Page>
  )
}

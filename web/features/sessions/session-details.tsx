import { Link } from '@tanstack/react-router'
import { CircleCheck, Circle, CircleDot } from 'lucide-react'
import type { Session } from '#schema/contracts/sessions'
import { cx } from '../../ui/class-names.ts'
import { Copyable } from '../../ui/copy.tsx'
import { formatMoment, shortId } from '../../ui/format.ts'
import { Fact, Facts, Section } from '../../ui/page.tsx'
import { Ago } from '../../ui/time.tsx'
import { OriginTag, SessionStatusBadge } from './session-status.tsx'
import type { SessionView } from './session-view.ts'

/** What is known of a session besides its conversation. */
export function SessionDetails({ session, view }: { session: Session; view: SessionView }) {
  return (
    <div className="grid gap-6 p-4 md:p-5">
      {view.plan.length === 0 ? null : <Plan items={view.plan} />}
      <Section title="Session">
        <Facts>
          <Fact name="Status">
            <SessionStatusBadge session={session} />
          </Fact>
          {session.statusReason === null ? null : <Fact name="Reason">{session.statusReason}</Fact>}
          <Fact name="Origin">
            <OriginTag clientType={session.clientType} />
          </Fact>
          <Fact name="Repository">
            <span className="font-mono text-xs">{session.repositoryName ?? 'none'}</span>
          </Fact>
          {session.branch === null ? null : (
            <Fact name="Branch">
              <Copyable text={session.branch} name="branch" />
            </Fact>
          )}
          {session.runId === null ? null : (
            <Fact name="Run">
              <Link
                to="/dashboard/runs/$runId"
                params={{ runId: session.runId }}
                className="font-mono text-xs underline underline-offset-3"
              >
                {shortId(session.runId)}
              </Link>
            </Fact>
          )}
          <Fact name="Created">{formatMoment(session.createdAt)}</Fact>
          {session.endedAt === null ? null : <Fact name="Ended">{formatMoment(session.endedAt)}</Fact>}
          {view.checkpointAt === null ? null : (
            <Fact name="Checkpoint">
              <Ago at={view.checkpointAt} />
            </Fact>
          )}
          <Fact name="Id">
            <Copyable text={session.id} name="session id" />
          </Fact>
        </Facts>
      </Section>
    </div>
  )
}

function Plan({ items }: { items: SessionView['plan'] }) {
  const done = items.filter((item) => item.status === 'completed').length
  return (
    <Section title="Plan" aside={<span className="text-sm text-ink-faint">{`${done} of ${items.length}`}</span>}>
      <ul className="grid gap-1">
        {items.map(({ content, status }, index) => {
          const Icon = status === 'completed' ? CircleCheck : status === 'in_progress' ? CircleDot : Circle
          return (
            <li key={index} className="flex items-start gap-2 text-sm">
              <Icon
                aria-hidden
                className={cx('mt-0.5 size-3.5 shrink-0', status === 'in_progress' ? 'text-busy' : 'text-ink-faint')}
              />
              <span className={status === 'completed' || status === 'cancelled' ? 'text-ink-faint line-through' : ''}>
                {content}
                <span className="sr-only"> ({status.replaceAll('_', ' ')})</span>
              </span>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

import { ShieldCheck } from 'lucide-react'
import type { Session } from '#schema/contracts/sessions'
import { StateBadge } from '../../ui/badge.tsx'
import { Ago, Elapsed } from '../../ui/time.tsx'
import { isWorking } from './session-stream.ts'
import type { SessionStream } from './session-stream.ts'

/** One line between conversation and prompt: what goes on, and how much of it a lost sandbox would cost. */
export function TurnStatus({ stream, session }: { stream: SessionStream; session: Session }) {
  const { checkpointAt } = stream.view
  return (
    <div className="flex h-7 items-center gap-3 px-1 text-xs text-ink-faint">
      <span role="status" className="flex min-w-0 items-center gap-1.5">
        <Activity stream={stream} session={session} />
      </span>
      {checkpointAt === null ? null : (
        <span
          className="ml-auto flex shrink-0 items-center gap-1.5"
          title="Everything up to then survives the loss of the sandbox"
        >
          <ShieldCheck aria-hidden className="size-3.5" />
          <span>
            safe <Ago at={checkpointAt} />
          </span>
        </span>
      )}
    </div>
  )
}

function Activity({ stream, session }: { stream: SessionStream; session: Session }) {
  const { view } = stream
  if (view.sandboxLink === 'lost') return <StateBadge tone="warn">Waiting for the sandbox</StateBadge>
  if (session.status === 'starting') return <StateBadge tone="busy" open>Starting</StateBadge>
  if (!isWorking(stream)) return null
  const prompt = view.items.findLast((item) => item.kind === 'prompt' && item.state === 'running')
  return (
    <>
      <StateBadge tone="busy">Working</StateBadge>
      {prompt?.kind === 'prompt' ? (
        <span aria-hidden>
          <Elapsed since={prompt.at} className="tabular-nums" />
        </span>
      ) : null}
    </>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Session } from '#schema/contracts/sessions'
import { isStatus } from '../../client.ts'
import { NotFound } from '../../ui/not-found.tsx'
import { Split } from '../../ui/split.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useMayOwn, useOrganizationId } from '../identity/me.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { Conversation } from './conversation.tsx'
import { PromptBox } from './prompt-box.tsx'
import { sessionQuery } from './queries.ts'
import { SessionHeader } from './session-header.tsx'
import { SessionOutline } from './session-outline.tsx'
import { SessionPanel, ViewSwitch } from './session-panel.tsx'
import type { SessionViewName } from './session-panel.tsx'
import { isWorking } from './session-stream.ts'
import { TurnStatus } from './turn-status.tsx'
import { useCancel, usePrompts } from './use-prompts.ts'
import { useSessionStream } from './use-session-stream.ts'

const OUTLINE_MS = 5_000

export function SessionPage({ sessionId }: { sessionId: string }) {
  const mayRead = useMay('sessions:read_content')
  const { data, error, refetch } = useQuery({
    ...sessionQuery(useOrganizationId(), sessionId),
    // Without the stream this is all there is to learn from.
    refetchInterval: mayRead ? false : OUTLINE_MS,
  })
  useTitle(data?.title ?? 'Session')
  if (isStatus(error, 404)) return <NotFound what="session" />
  if (data !== undefined) return mayRead ? <LiveSession stored={data} /> : <SessionOutline session={data} />
  if (error === null) return <SessionSkeleton />
  return <ErrorState error={error} title="The session could not be loaded" onRetry={() => void refetch()} />
}

function LiveSession({ stored }: { stored: Session }) {
  const { stream, connection, wasOpen, ...older } = useSessionStream(stored.id)
  const { outgoing, send } = usePrompts(stored.id, stream)
  const { cancel, canceling } = useCancel(stored.id)
  const [view, setView] = useState<SessionViewName>('conversation')
  const session = withStream(stored, stream.status, stream.statusReason)
  const mayPrompt = useMay('sessions:prompt')
  const mayCancel = useMayOwn('sessions:cancel', stored)
  const working = isWorking(stream)
  const { diff } = stream.view

  const conversation = (
    <>
      <div className="relative flex min-h-0 flex-1 flex-col">
        <ConnectionBanner connection={connection} wasOpen={wasOpen} />
        <Conversation stream={stream} outgoing={outgoing} older={older} />
      </div>
      <div className="mx-auto w-full max-w-3xl px-4 pb-3 md:px-6 lg:pb-4">
        <TurnStatus stream={stream} session={session} />
        <PromptBox
          blocked={blockedBecause(session, mayPrompt)}
          placeholder={session.status === 'paused' ? 'Paused: a prompt wakes it up' : 'Tell the agent what to do'}
          working={working}
          canceling={canceling}
          onSend={send}
          onCancel={mayCancel ? () => void cancel() : null}
        />
      </div>
    </>
  )
  return (
    <div className="flex h-full min-h-0 flex-col">
      <SessionHeader session={session} branch={stream.view.branch ?? session.branch} />
      <Split
        shown={view === 'conversation' ? 'left' : 'right'}
        left={conversation}
        right={<SessionPanel session={session} view={stream.view} shown={view} onShow={setView} />}
      />
      <ViewSwitch shown={view} changes={diff?.files.length ?? 0} onShow={setView} />
    </div>
  )
}

/** The live object knows first; the stored session follows. */
function withStream(session: Session, status: Session['status'] | null, reason: string | null): Session {
  return status === null ? session : { ...session, status, statusReason: reason }
}

function blockedBecause(session: Session, mayPrompt: boolean): string | null {
  if (!mayPrompt) return 'Your role does not prompt sessions.'
  if (session.status === 'stopped') return 'This session has ended. Start a new one to go on.'
  if (session.status === 'failed') return 'This session failed. Start a new one to go on.'
  return null
}

function SessionSkeleton() {
  return (
    <div aria-busy="true" className="h-full">
      <p className="sr-only" role="status">
        Loading session
      </p>
      <div className="flex h-[73px] items-center border-b border-line px-4 md:px-5">
        <Skeleton className="h-4 w-72 max-w-full" />
      </div>
      <div className="grid max-w-3xl gap-4 px-4 py-5 md:px-6">
        <Skeleton className="h-16" />
        <Skeleton className="h-4 w-4/5" />
        <Skeleton className="h-4 w-3/5" />
      </div>
    </div>
  )
}

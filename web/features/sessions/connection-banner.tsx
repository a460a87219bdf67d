import { Unplug } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import type { SocketState, StopReason } from './session-socket.ts'
import { cx } from '../../ui/class-names.ts'

const STOPPED: Record<StopReason, string> = {
  unauthorized: 'You are signed out.',
  forbidden: 'You may not follow this session.',
  not_found: 'This session does not exist any more.',
  deleted: 'This session was deleted.',
  outdated: 'This page is older than the server.',
}

/** Tells when what is shown may be old. It lies over the conversation, so that nothing jumps when it comes and goes. */
export function ConnectionBanner({ connection, wasOpen }: { connection: SocketState; wasOpen: boolean }) {
  const text = textOf(connection, wasOpen)
  if (text === null) return null
  return (
    <div
      role="status"
      className={cx(
        'animate-appear absolute inset-x-0 top-2 z-10 mx-auto flex w-fit max-w-[calc(100%-2rem)] items-center gap-2',
        'rounded-md border border-line-strong bg-raised px-3 py-1.5 text-sm shadow-md',
      )}
    >
      <Unplug aria-hidden className="size-3.5 shrink-0 text-warn" />
      {text}
      {connection.kind === 'stopped' ? (
        <Button size="small" look="quiet" onClick={() => location.reload()}>
          Reload
        </Button>
      ) : null}
    </div>
  )
}

function textOf(connection: SocketState, wasOpen: boolean): string | null {
  if (connection.kind === 'stopped') return STOPPED[connection.reason]
  if (connection.kind === 'open') return null
  if (wasOpen) return 'Reconnecting…'
  return connection.kind === 'waiting' ? 'The session cannot be reached. Trying again…' : null
}

import type { SessionEventBody } from '#schema/contracts/session-events'
import { bootProgressed } from './boot.ts'
import { promptFinished, promptStarted } from './dispatch.ts'
import type { LiveSession } from './live-session.ts'

/** What follows from something that the sandbox reported; most is for people to see, and changes nothing. */
export function applyEvent(session: LiveSession, event: SessionEventBody): void {
  switch (event.type) {
    case 'boot.stage':
      return bootProgressed(session, event)
    case 'prompt.started':
      return promptStarted(session, event.promptId)
    case 'prompt.finished':
      return promptFinished(session, event)
    case 'text.completed':
    case 'reasoning.completed':
      return session.openParts.close(event.partId)
    default:
      return
  }
}

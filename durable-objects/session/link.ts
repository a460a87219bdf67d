import { z } from 'zod'
import { fitEvent } from '#domain/sessions'
import { CheckpointResult, LinkUpFrame } from '#schema/contracts/sandbox-link'
import { SandboxEvent, type SessionEventBody } from '#schema/contracts/session-events'
import { CLOSE } from '#schema/contracts/session-socket'
import { Instant } from '#schema/contracts/common'
import { applyEvent } from './apply-event.ts'
import { noteCheckpoint } from './checkpoints.ts'
import { closeSocket, frameText } from './clients.ts'
import { resendCommands, sendDown, takeReply } from './commands.ts'
import { dispatchNext, promptFinished } from './dispatch.ts'
import type { LiveSession } from './live-session.ts'
import type { Delta } from './open-parts.ts'
import { linkLost } from './recovery.ts'
import { noteRunActivity } from './run-report.ts'

/** Tag of daemon sockets. */
const TAG = 'link'

const Attachment = z.object({ kind: z.literal('link'), generation: z.number().int(), greeted: z.boolean() })
type Attachment = z.infer<typeof Attachment>

/** Each event is judged by itself: one that this version does not know must not hold up the ones behind it for ever. */
const EventsFrame = z.object({
  type: z.literal('events'),
  events: z.array(z.object({ sandboxSeq: z.number().int(), at: z.unknown(), event: z.unknown() })).max(500),
})
type NumberedEvent = z.infer<typeof EventsFrame>['events'][number]

export function linkOf(socket: WebSocket): Attachment | null {
  const parsed = Attachment.safeParse(socket.deserializeAttachment())
  return parsed.success ? parsed.data : null
}

/** After hibernation: the greeted socket of the current sandbox, if it is still open. */
export function findLink(session: LiveSession): WebSocket | null {
  const isCurrent = (socket: WebSocket) => {
    const link = linkOf(socket)
    return (
      socket.readyState === WebSocket.OPEN && link?.greeted === true && link.generation === session.facts.generation
    )
  }
  return session.state.getWebSockets(TAG).find(isCurrent) ?? null
}

/** Takes a daemon's connection; one of an older sandbox is told to stop for good (D3). */
export function acceptLink(session: LiveSession, socket: WebSocket, generation: number): void {
  session.state.acceptWebSocket(socket, [TAG])
  socket.serializeAttachment({ kind: 'link', generation, greeted: false } satisfies Attachment)
  if (generation !== session.facts.generation || session.facts.final) refuseLink(socket)
}

const refuseLink = (socket: WebSocket) => closeSocket(socket, CLOSE.staleGeneration, 'A newer sandbox took over')

/** One frame of the daemon. Everything in here is one synchronous turn: stored first, acknowledged then. */
export function linkMessage(session: LiveSession, socket: WebSocket, message: string): void {
  const frame = readFrame(message)
  if (!frame) return session.platform.log.warn('session.bad_link_frame', { start: message.slice(0, 200) })
  if (frame.type === 'hello') return greet(session, socket, frame.generation)
  if (socket !== session.link) return
  switch (frame.type) {
    case 'events':
      return takeEvents(session, frame.events)
    case 'delta':
      return takeDelta(session, frame)
    case 'reply':
      return takeAnswer(session, frame)
    default:
      frame satisfies never
  }
}

function readFrame(message: string) {
  try {
    const json: unknown = JSON.parse(message)
    const events = EventsFrame.safeParse(json)
    if (events.success) return events.data
    const frame = LinkUpFrame.safeParse(json)
    return frame.success && frame.data.type !== 'events' ? frame.data : null
  } catch {
    return null
  }
}

/** The daemon says who it is: welcome it, let it count on from what is stored, and send it what it missed. */
function greet(session: LiveSession, socket: WebSocket, generation: number): void {
  const link = linkOf(socket)
  const isCurrent = link?.generation === generation && generation === session.facts.generation
  if (!isCurrent || session.facts.final) return refuseLink(socket)
  const { link: before } = session
  if (before && before !== socket) closeSocket(before, CLOSE.restart, 'Another connection of this sandbox took over')
  socket.serializeAttachment({ ...link, greeted: true } satisfies Attachment)
  session.link = socket
  session.timers.disarm('link')
  if (session.facts.linkLostAt !== null) session.update({ linkLostAt: null })
  session.emit([{ type: 'link.changed', state: 'connected', detail: null }])
  welcome(session)
  resendCommands(session)
  dispatchNext(session)
}

function welcome(session: LiveSession): void {
  sendDown(session, { type: 'welcome', epoch: session.facts.epoch, ackedSeq: session.facts.sandboxSeq })
}

/**
 * Stores what is new, in one transaction with how far the daemon's numbers are stored, and acknowledges it. A repeat is
 * dropped; after a gap nothing is taken, and the daemon is asked to count again from what is stored.
 */
function takeEvents(session: LiveSession, events: NumberedEvent[]): void {
  const stored = session.facts.sandboxSeq
  const fresh = events.filter(({ sandboxSeq }) => sandboxSeq > stored)
  if (fresh.some(({ sandboxSeq }, index) => sandboxSeq !== stored + index + 1)) return welcome(session)
  const last = fresh.at(-1)
  if (last) {
    const parsed = fresh.map((event) => ({ at: instantOf(session, event.at), event: eventOf(event.event) }))
    storeOrAbort(session, parsed, last.sandboxSeq)
    for (const { event } of parsed) applySafely(session, event)
    session.touch()
    noteRunActivity(session)
  }
  sendDown(session, { type: 'ack', sandboxSeq: session.facts.sandboxSeq })
}

function storeOrAbort(
  session: LiveSession,
  events: { at: string; event: SessionEventBody }[],
  sandboxSeq: number,
): void {
  try {
    const stored = session.state.storage.transactionSync(() => {
      const rows = session.store(events)
      session.update({ sandboxSeq })
      return rows
    })
    session.publish(stored)
  } catch (error) {
    // Memory may now be ahead of storage; a fresh instance reads what is true, and the daemon sends the events again.
    session.abort(`Events could not be stored: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

/** An event is in the log whatever comes of it. */
function applySafely(session: LiveSession, event: SessionEventBody): void {
  try {
    applyEvent(session, event)
  } catch (error) {
    session.platform.log.error('session.event_failed', { type: event.type, error: String(error) })
  }
}

const instantOf = (session: LiveSession, at: unknown) => Instant.catch(new Date(session.now()).toISOString()).parse(at)

function eventOf(event: unknown): SessionEventBody {
  const parsed = SandboxEvent.safeParse(event)
  if (parsed.success) return fitEvent(parsed.data)
  return {
    type: 'session.error',
    code: 'event.invalid',
    message: 'The sandbox reported something that is not understood',
  }
}

function takeDelta(session: LiveSession, delta: Delta): void {
  const added = session.openParts.add(delta)
  if (added === 'gap') return welcome(session)
  if (added) session.clients.broadcast(frameText({ type: 'delta', ...added }), session.head, session.now())
}

function takeAnswer(session: LiveSession, frame: Extract<LinkUpFrame, { type: 'reply' }>): void {
  const { number, ok, result, error } = frame
  const command = takeReply(session, number, { ok, result, error })
  if (command?.kind === 'prompt' && !ok) {
    promptFinished(session, {
      promptId: command.promptId,
      outcome: 'failed',
      error: error ?? 'The agent refused the prompt',
    })
  }
  const checkpoint = command?.kind === 'checkpoint' && ok ? CheckpointResult.safeParse(result) : null
  if (checkpoint?.success) noteCheckpoint(session, { generation: session.facts.generation, ...checkpoint.data })
}

/** A daemon's socket closed. Only the current one's end means anything. */
export function linkClosed(session: LiveSession, socket: WebSocket, detail: string): void {
  if (socket === session.link) linkLost(session, detail)
}

import type { OpenPart, SessionEvent, SessionEventBody } from '#schema/contracts/session-events'
import type { ServerFrame } from '#schema/contracts/session-socket'
import type { SessionStatus } from '#schema/contracts/sessions'
import type { ConversationItem } from './conversation-item.ts'
import { applyEvents, EMPTY_VIEW } from './session-view.ts'
import type { SessionView } from './session-view.ts'

/** What one client knows of a session's log: an unbroken piece of it that reaches to `lastSeq`. */
export interface SessionStream {
  /** False until the first `init`. */
  ready: boolean
  status: SessionStatus | null
  statusReason: string | null
  events: readonly SessionEvent[]
  lastSeq: number
  openParts: readonly OpenPart[]
  view: SessionView
  /** Something is missing: say `resume{lastSeq}`; the next `init` settles it. */
  wantsResume: boolean
}

/** Frames of the socket, and a page of the history route that ends right before the oldest event held. */
export type StreamInput = ServerFrame | { type: 'older'; events: readonly SessionEvent[] }

export const EMPTY_STREAM: SessionStream = {
  ready: false,
  status: null,
  statusReason: null,
  events: [],
  lastSeq: 0,
  openParts: [],
  view: EMPTY_VIEW,
  wantsResume: false,
}

/**
 * The session stream as a pure reducer (decision D4): however frames are cut, repeated or lost in between, a client
 * that resumed holds what one reading the whole log would hold.
 */
export function reduceStream(stream: SessionStream, input: StreamInput): SessionStream {
  switch (input.type) {
    case 'init':
      return startOver(stream, input)
    case 'events':
      return append(stream, input.events)
    case 'delta':
      return write(stream, input)
    case 'older':
      return prepend(stream, input.events)
    case 'receipt':
    case 'error':
      return stream
  }
}

function startOver(stream: SessionStream, frame: Extract<ServerFrame, { type: 'init' }>): SessionStream {
  const first = frame.events[0]
  const continues = frame.lastSeq >= stream.lastSeq && (first === undefined || first.seq <= stream.lastSeq + 1)
  const beforeFirst = first === undefined ? frame.lastSeq : first.seq - 1
  const kept = continues && !frame.reset ? stream : { ...EMPTY_STREAM, lastSeq: beforeFirst }
  const held = append({ ...kept, wantsResume: false }, frame.events)
  return {
    ...held,
    ready: true,
    status: frame.status,
    statusReason: frame.statusReason,
    openParts: frame.openParts.filter((part) => !isCompleted(held.view, part.partId)),
  }
}

function append(stream: SessionStream, incoming: readonly SessionEvent[]): SessionStream {
  const fresh: SessionEvent[] = []
  let { lastSeq, wantsResume } = stream
  for (const event of incoming) {
    if (event.seq <= lastSeq) continue
    if (event.seq > lastSeq + 1) {
      wantsResume = true
      break
    }
    fresh.push(event)
    lastSeq = event.seq
  }
  if (fresh.length === 0) return wantsResume === stream.wantsResume ? stream : { ...stream, wantsResume }
  return {
    ...stream,
    ...statusAfter(stream, fresh),
    events: [...stream.events, ...fresh],
    lastSeq,
    wantsResume,
    view: applyEvents(stream.view, fresh),
    openParts: openAfter(stream.openParts, fresh),
  }
}

function statusAfter(stream: SessionStream, events: readonly SessionEvent[]) {
  let { status, statusReason } = stream
  for (const { event } of events) {
    if (event.type !== 'session.status') continue
    status = event.status
    statusReason = event.reason
  }
  return { status, statusReason }
}

function openAfter(open: readonly OpenPart[], events: readonly SessionEvent[]): readonly OpenPart[] {
  if (open.length === 0) return open
  let left = open
  for (const { event } of events) {
    if (event.type === 'text.completed' || event.type === 'reasoning.completed') {
      left = left.filter((part) => part.partId !== event.partId)
    }
    if (endsWriting(event)) left = []
  }
  return left
}

/** Where a turn or its sandbox ends: what is still open then was cut off, and will not be continued. */
function endsWriting(event: SessionEventBody): boolean {
  if (event.type === 'session.status') return event.status !== 'starting' && event.status !== 'running'
  return event.type === 'prompt.started' || event.type === 'prompt.finished'
}

function write(stream: SessionStream, delta: Extract<ServerFrame, { type: 'delta' }>): SessionStream {
  const { messageId, partId, kind, offset, text } = delta
  const held = stream.openParts.find((part) => part.partId === partId)
  if (held === undefined && isCompleted(stream.view, partId)) return stream
  const length = held?.text.length ?? 0
  if (offset > length) return { ...stream, wantsResume: true }
  const fresh = text.slice(length - offset)
  if (fresh === '') return stream
  const written = { messageId, partId, kind, text: (held?.text ?? '') + fresh }
  const openParts =
    held === undefined
      ? [...stream.openParts, written]
      : stream.openParts.map((part) => (part === held ? written : part))
  return { ...stream, openParts }
}

function prepend(stream: SessionStream, older: readonly SessionEvent[]): SessionStream {
  const before = firstSeqOf(stream)
  const fresh = older.filter((event) => event.seq < before)
  if (fresh.at(-1)?.seq !== before - 1) return stream
  const events = [...fresh, ...stream.events]
  return { ...stream, events, view: applyEvents(EMPTY_VIEW, events) }
}

function isCompleted(view: SessionView, partId: string): boolean {
  return view.items.some((item) => (item.kind === 'text' || item.kind === 'reasoning') && item.key === partId)
}

/** The sequence of the oldest event held; older ones are asked for with `before` = this. 1 means there are none. */
export function firstSeqOf(stream: SessionStream): number {
  return stream.events[0]?.seq ?? stream.lastSeq + 1
}

/** Whether the agent is in a turn, so that there is something to cancel. */
export function isWorking({ view, openParts }: SessionStream): boolean {
  return view.turn === 'working' || (view.turn === 'unknown' && openParts.length > 0)
}

/** The conversation with the parts that are still being written at its end. */
export function conversationOf(stream: SessionStream): ConversationItem[] {
  const open = stream.openParts.map(
    ({ partId, kind, text }): ConversationItem => ({ kind, key: partId, text, streaming: true }),
  )
  return open.length === 0 ? stream.view.items : [...stream.view.items, ...open]
}

import { can } from '#domain/identity'
import { callerKeyOf, planResume } from '#domain/sessions'
import { ClientFrame, type ServerFrame } from '#schema/contracts/session-socket'
import { acceptPrompt } from './accept-prompt.ts'
import { audit } from './audit.ts'
import { type Client, eventText, eventsText, frameText } from './clients.ts'
import { cancelPrompts } from './dispatch.ts'
import { eventsAfter, type StoredEvent } from './events.store.ts'
import type { LiveSession } from './live-session.ts'

/** Events of a resume go out in frames of about this size, far below what a socket takes. */
const FRAME_CHARACTERS = 512 * 1024

/** One frame of a client. Answers only the client itself; what it causes reaches everybody through the log. */
export function clientMessage(session: LiveSession, socket: WebSocket, message: string): void {
  const client = session.clients.find(socket)
  if (!client) return
  const frame = readFrame(message)
  if (!frame)
    return say(session, socket, { type: 'error', code: 'frame.invalid', message: 'This frame is not understood' })
  switch (frame.type) {
    case 'resume':
      return resume(session, socket, { client, lastSeq: frame.lastSeq })
    case 'ack':
      return session.clients.acknowledge(socket, client, frame.seq)
    case 'prompt':
      return prompt(session, socket, client, frame)
    case 'cancel':
      if (!mayDo(session, socket, client, 'cancel')) return
      if (cancelPrompts(session, client.userName)) audit(session, client, 'cancel', null)
      return
  }
}

function readFrame(message: string): ClientFrame | null {
  try {
    return ClientFrame.parse(JSON.parse(message))
  } catch {
    return null
  }
}

function say(session: LiveSession, socket: WebSocket, frame: ServerFrame): void {
  session.clients.send(socket, frameText(frame), session.head, session.now())
}

/**
 * Gives a client the picture. Reading, sending and joining happen in one synchronous turn, so that no event can fall
 * between what it is sent now and what it will be sent (lesson b2). `lastSeq` of the first frame is the last event in
 * it: further ones follow at once.
 */
function resume(session: LiveSession, socket: WebSocket, from: { client: Client; lastSeq: number }): void {
  const { afterSeq, reset } = planResume({ lastSeq: from.lastSeq, headSeq: session.head })
  session.clients.join(socket, from.client, afterSeq)
  let isFirst = true
  for (const events of frames(eventsAfter(session.sql, afterSeq))) {
    const seq = events.at(-1)?.seq ?? afterSeq
    const text = isFirst ? initText(session, events, { lastSeq: seq, reset }) : eventsText(events)
    session.clients.send(socket, text, seq, session.now())
    isFirst = false
  }
}

function initText(session: LiveSession, events: StoredEvent[], point: { lastSeq: number; reset: boolean }): string {
  const { status, statusReason } = session.facts
  const sessionId = session.opening?.sessionId ?? ''
  const head = JSON.stringify({
    type: 'init',
    sessionId,
    status,
    statusReason,
    ...point,
    openParts: session.openParts.list(),
  })
  return `${head.slice(0, -1)},"events":[${events.map(eventText).join(',')}]}`
}

/** Cuts a log into frames; gives one empty frame for an empty log. */
function* frames(events: Iterable<StoredEvent>): Iterable<StoredEvent[]> {
  let frame: StoredEvent[] = []
  let characters = 0
  let isFirst = true
  for (const event of events) {
    if (frame.length > 0 && characters + event.body.length > FRAME_CHARACTERS) {
      yield frame
      isFirst = false
      frame = []
      characters = 0
    }
    frame.push(event)
    characters += event.body.length
  }
  if (frame.length > 0 || isFirst) yield frame
}

function prompt(
  session: LiveSession,
  socket: WebSocket,
  client: Client,
  frame: Extract<ClientFrame, { type: 'prompt' }>,
): void {
  if (!mayDo(session, socket, client, 'prompt')) return
  const { idempotencyKey, text } = frame
  const answer = acceptPrompt(session, { idempotencyKey: callerKeyOf(client, idempotencyKey), text, author: client.userName })
  if (answer.ok) {
    const { promptId, duplicate } = answer.value
    if (!duplicate) audit(session, client, 'prompt', { promptId, characters: text.length })
    return say(session, socket, { type: 'receipt', idempotencyKey, promptId, duplicate })
  }
  say(session, socket, {
    type: 'error',
    code: answer.refusal.code,
    message: answer.refusal.detail ?? answer.refusal.code,
  })
}

/** Role and key were verified when the socket was opened; a viewer's socket, and a key's that only reads, only watch. */
function mayDo(session: LiveSession, socket: WebSocket, client: Client, verb: 'prompt' | 'cancel'): boolean {
  const { userId, userName, role, apiKey, isMaker } = client
  const organizationId = session.opening?.organizationId ?? ''
  const subject = { type: 'session', createdBy: isMaker ? userId : null } as const
  if (can({ kind: 'user', userId, userName, role, organizationId, apiKey }, verb, subject)) return true
  say(session, socket, {
    type: 'error',
    code: 'auth.forbidden',
    message: apiKey ? `This API key may not ${verb} this session` : `As ${role} you may not ${verb} this session`,
  })
  return false
}

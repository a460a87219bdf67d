import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import { OpenPart, SessionEvent } from '#schema/contracts/session-events'
import { PromptText, SessionStatus } from '#schema/contracts/sessions'

/** Sent by clients every 30 s, exactly in this form: the runtime answers it without waking the Session. */
export const PING = '{"type":"ping"}'
export const PONG = '{"type":"pong"}'

/** More than this many events behind, a client gets a snapshot and then the tail (decision D4). */
export const MAX_RESUME_EVENTS = 1_000

/** What a client may say on its socket. */
export const ClientFrame = z.discriminatedUnion('type', [
  /** First frame of a connection: everything after `lastSeq` follows; 0 asks for the whole picture. */
  z.strictObject({ type: z.literal('resume'), lastSeq: z.number().int().min(0) }),
  z.strictObject({ type: z.literal('prompt'), idempotencyKey: z.string().min(8).max(200), text: PromptText }),
  z.strictObject({ type: z.literal('cancel') }),
  /** How far this client has read; the Session uses it to notice slow consumers. */
  z.strictObject({ type: z.literal('ack'), seq: z.number().int().min(0) }),
])
export type ClientFrame = z.infer<typeof ClientFrame>

/** What the Session says on a client's socket. */
export const ServerFrame = z.discriminatedUnion('type', [
  /**
   * Answer to `resume`. `events` are the next ones in order; `reset` means that the client was too far behind and must drop
   * what it has: `events` then hold the last ones only, and older ones are read by the history route.
   */
  z.object({
    type: z.literal('init'),
    sessionId: Id,
    status: SessionStatus,
    statusReason: z.string().nullable(),
    lastSeq: z.number().int(),
    reset: z.boolean(),
    events: z.array(SessionEvent),
    openParts: z.array(OpenPart),
  }),
  z.object({ type: z.literal('events'), events: z.array(SessionEvent) }),
  /** Live text, at most every 50 ms. Ignore what lies before the length already held; ask to resume on a gap. */
  z.object({
    type: z.literal('delta'),
    messageId: z.string(),
    partId: z.string(),
    kind: z.enum(['text', 'reasoning']),
    offset: z.number().int(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('receipt'),
    idempotencyKey: z.string(),
    promptId: Id,
    duplicate: z.boolean(),
  }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
])
export type ServerFrame = z.infer<typeof ServerFrame>

/** Why a socket was closed (a5 §5.10). */
export const CLOSE = {
  unauthorized: 4401,
  forbidden: 4403,
  notFound: 4404,
  slowConsumer: 4408,
  deleted: 4409,
  staleGeneration: 4410,
  restart: 1012,
} as const

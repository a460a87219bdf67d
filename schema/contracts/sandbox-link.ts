import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'
import { SandboxEvent } from '#schema/contracts/session-events'

/** What the Session asks of the sandbox daemon. Each has a number; the daemon does each number once and keeps the reply. */
export const SandboxCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompt'), promptId: Id, text: z.string() }),
  z.object({ kind: z.literal('cancel'), promptId: Id }),
  /** Commit everything, push it as `branch`; answers with `PublishResult`. */
  z.object({ kind: z.literal('publish'), branch: z.string(), message: z.string() }),
  /** Store a git bundle of the working trees now; answers with `CheckpointResult`. */
  z.object({ kind: z.literal('checkpoint') }),
  /** Upload the files of a folder below `prefix`; answers with `CollectResult`. */
  z.object({ kind: z.literal('collect'), folder: z.string(), prefix: z.string() }),
  z.object({ kind: z.literal('shutdown'), reason: z.string() }),
])
export type SandboxCommand = z.infer<typeof SandboxCommand>

export const PublishResult = z.object({
  branch: z.string(),
  commitSha: z.string(),
  /** False when there was nothing to push: the tree equals the commit that was cloned. */
  pushed: z.boolean(),
})
export const CheckpointResult = z.object({ ref: z.string(), bytes: z.number().int() })
export const CollectResult = z.object({
  files: z.array(z.object({ key: z.string(), contentType: z.string(), size: z.number().int() })),
})

/** Daemon to Session. */
export const LinkUpFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    generation: z.number().int(),
    /** The highest number the daemon has given out; what was not acknowledged follows again. */
    sandboxSeq: z.number().int(),
    /** The highest epoch the daemon has obeyed. */
    epoch: z.number().int(),
  }),
  z.object({
    type: z.literal('events'),
    events: z.array(z.object({ sandboxSeq: z.number().int(), at: Instant, event: SandboxEvent })).max(500),
  }),
  /** Live text of an open part; never numbered, never resent. */
  z.object({
    type: z.literal('delta'),
    messageId: z.string(),
    partId: z.string(),
    kind: z.enum(['text', 'reasoning']),
    offset: z.number().int(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('reply'),
    number: z.number().int(),
    ok: z.boolean(),
    result: z.unknown(),
    error: z.string().nullable(),
  }),
])
export type LinkUpFrame = z.infer<typeof LinkUpFrame>

/** Session to daemon. */
export const LinkDownFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), epoch: z.number().int(), ackedSeq: z.number().int() }),
  z.object({ type: z.literal('ack'), sandboxSeq: z.number().int() }),
  z.object({
    type: z.literal('command'),
    number: z.number().int(),
    epoch: z.number().int(),
    command: SandboxCommand,
  }),
])
export type LinkDownFrame = z.infer<typeof LinkDownFrame>

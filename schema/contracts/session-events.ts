import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'
import { PromptState, SessionOutcome, SessionStatus } from '#schema/contracts/sessions'

/** The stages of a boot, in order; each shows a person what is being waited for (decision D13). */
export const BootStage = z.enum(['queued', 'provider', 'clone', 'setup', 'agent', 'ready'])
export type BootStage = z.infer<typeof BootStage>

export const ToolCallStatus = z.enum(['completed', 'error'])

export const DiffFile = z.object({
  path: z.string(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed']),
  additions: z.number().int(),
  deletions: z.number().int(),
})
export type DiffFile = z.infer<typeof DiffFile>

/** What the sandbox daemon reports; it numbers these and resends them until they are stored. */
export const SandboxEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('boot.stage'),
    generation: z.number().int(),
    stage: BootStage,
    state: z.enum(['started', 'progress', 'finished', 'failed']),
    detail: z.string().max(2_000).nullable(),
    durationMs: z.number().int().nullable(),
  }),
  z.object({ type: z.literal('prompt.started'), promptId: Id }),
  z.object({
    type: z.literal('prompt.finished'),
    promptId: Id,
    outcome: z.enum(['finished', 'failed', 'canceled']),
    error: z.string().max(4_000).nullable(),
  }),
  z.object({ type: z.literal('text.completed'), messageId: z.string(), partId: z.string(), text: z.string() }),
  z.object({ type: z.literal('reasoning.completed'), messageId: z.string(), partId: z.string(), text: z.string() }),
  z.object({
    type: z.literal('tool.started'),
    messageId: z.string(),
    partId: z.string(),
    toolCallId: z.string(),
    tool: z.string(),
    title: z.string().nullable(),
    input: z.record(z.string(), z.unknown()),
  }),
  z.object({
    type: z.literal('tool.finished'),
    toolCallId: z.string(),
    tool: z.string(),
    status: ToolCallStatus,
    title: z.string().nullable(),
    /** Cut at 32 KB; the end is kept, because that is where results and errors stand. */
    output: z.string(),
    durationMs: z.number().int().nullable(),
  }),
  z.object({ type: z.literal('agent.retrying'), attempt: z.number().int(), message: z.string().max(2_000) }),
  z.object({ type: z.literal('agent.error'), message: z.string().max(4_000) }),
  z.object({ type: z.literal('agent.restarted'), reason: z.string().max(2_000) }),
  z.object({
    type: z.literal('todo.updated'),
    items: z.array(z.object({ content: z.string(), status: z.string() })).max(200),
  }),
  z.object({
    type: z.literal('diff.updated'),
    files: z.array(DiffFile).max(500),
    /** Unified diff against the commit that was cloned, cut at 256 KB. */
    patch: z.string(),
    truncated: z.boolean(),
  }),
  z.object({ type: z.literal('branch.pushed'), repository: z.string(), branch: z.string(), commitSha: z.string() }),
  z.object({
    type: z.literal('env.requested'),
    toolCallId: z.string(),
    keys: z.array(
      z.object({
        key: z.string(),
        description: z.string().optional(),
        type: z.enum(['env', 'secret']).default('env'),
        required: z.boolean().default(true),
        suggestions: z
          .array(
            z.object({ label: z.string(), value: z.string().optional(), instructions: z.string().optional() }),
          )
          .default([]),
      }),
    ),
  }),
])
export type SandboxEvent = z.infer<typeof SandboxEvent>

/** What the Session itself adds to its log. */
export const PlatformEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.status'), status: SessionStatus, reason: z.string().nullable() }),
  z.object({ type: z.literal('session.outcome'), outcome: SessionOutcome, summary: z.string().nullable() }),
  z.object({
    type: z.literal('prompt.queued'),
    promptId: Id,
    text: z.string(),
    author: z.string(),
  }),
  z.object({
    type: z.literal('prompt.changed'),
    promptId: Id,
    state: PromptState,
    error: z.string().nullable(),
  }),
  z.object({ type: z.literal('checkpoint.saved'), ref: z.string(), bytes: z.number().int() }),
  z.object({ type: z.literal('run.completed'), runId: Id, outcome: SessionOutcome, summary: z.string().nullable() }),
  z.object({ type: z.literal('link.changed'), state: z.enum(['connected', 'lost']), detail: z.string().nullable() }),
  z.object({ type: z.literal('session.error'), code: z.string(), message: z.string() }),
])
export type PlatformEvent = z.infer<typeof PlatformEvent>

/** Anything that can happen in a session, before it has a place in the log. */
export const SessionEventBody = z.union([SandboxEvent, PlatformEvent])
export type SessionEventBody = z.infer<typeof SessionEventBody>

/** One stored event: `seq` counts from 1 without gaps within a session. */
export const SessionEvent = z.object({ seq: z.number().int(), at: Instant, event: SessionEventBody })
export type SessionEvent = z.infer<typeof SessionEvent>

/** Text of a part that is still being written; deltas carry the offset they continue from. */
export const OpenPart = z.object({
  messageId: z.string(),
  partId: z.string(),
  kind: z.enum(['text', 'reasoning']),
  text: z.string(),
})
export type OpenPart = z.infer<typeof OpenPart>

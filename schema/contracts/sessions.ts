import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'

export const SessionStatus = z.enum(['pending', 'starting', 'running', 'paused', 'stopped', 'failed'])
export type SessionStatus = z.infer<typeof SessionStatus>

export const SessionType = z.enum(['setup', 'coding', 'cli'])
export type SessionType = z.infer<typeof SessionType>

export const ClientType = z.enum(['web', 'slack', 'automation', 'cli', 'api', 'job'])
export type ClientType = z.infer<typeof ClientType>

export const SessionOutcome = z.enum(['completed', 'succeeded', 'failed', 'needs_human', 'canceled'])
export type SessionOutcome = z.infer<typeof SessionOutcome>

export const SandboxProviderName = z.enum(['modal', 'e2b', 'local'])
export type SandboxProviderName = z.infer<typeof SandboxProviderName>

/** A session as lists and pages show it: the projection in Postgres, not the live object. */
export const Session = z.object({
  id: Id,
  title: z.string(),
  status: SessionStatus,
  /** Why it is paused, stopped or failed, in a sentence. */
  statusReason: z.string().nullable(),
  outcome: SessionOutcome.nullable(),
  summary: z.string().nullable(),
  sessionType: SessionType,
  clientType: ClientType,
  configurationId: Id.nullable(),
  repositoryName: z.string().nullable(),
  automationId: Id.nullable(),
  runId: Id.nullable(),
  branch: z.string().nullable(),
  createdBy: z.string().nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  lastActivityAt: Instant.nullable(),
  endedAt: Instant.nullable(),
})
export type Session = z.infer<typeof Session>

export const PromptText = z.string().trim().min(1).max(100_000)

export const CreateSession = z.strictObject({
  configurationId: Id,
  title: z.string().trim().min(1).max(200).optional(),
  /** Sent to the agent as soon as it is ready; a session without one waits for its first prompt. */
  initialPrompt: PromptText.optional(),
  modelId: z.string().max(200).optional(),
})
export type CreateSession = z.infer<typeof CreateSession>

export const PromptState = z.enum(['queued', 'dispatched', 'running', 'finished', 'failed', 'canceled'])
export type PromptState = z.infer<typeof PromptState>

/** What a prompt is answered with: it is stored, and will reach the agent exactly once or be reported failed. */
export const PromptReceipt = z.object({ promptId: Id, state: PromptState, duplicate: z.boolean() })
export type PromptReceipt = z.infer<typeof PromptReceipt>

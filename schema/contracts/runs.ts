import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'

/** The ten states of a run (b1 §1.4). */
export const RunStatus = z.enum([
  'queued',
  'enriching',
  'ready',
  'running',
  'succeeded',
  'failed',
  'needs_human',
  'timed_out',
  'canceled',
  'skipped',
])
export type RunStatus = z.infer<typeof RunStatus>

export const FailureStage = z.enum(['enrichment', 'execution', 'finalizer'])
export type FailureStage = z.infer<typeof FailureStage>

/** What the agent hands in with `automation_complete`. */
export const CompletionOutcome = z.enum(['succeeded', 'failed', 'needs_human'])
export type CompletionOutcome = z.infer<typeof CompletionOutcome>

/** Enrichment payload version 1 (b1 §1.6). */
export const Enrichment = z.object({
  version: z.literal(1),
  provider: z.string(),
  summary: z.object({ title: z.string().min(1), description: z.string().nullable() }),
  source: z.object({ url: z.string().nullable(), externalId: z.string(), eventType: z.string() }),
  relatedFiles: z.array(z.string()),
  suggestedRepoId: Id.nullable(),
  providerContext: z.record(z.string(), z.unknown()),
  automationContext: z.object({
    automationId: Id,
    automationName: z.string(),
    hasLlmFilter: z.boolean(),
    hasLlmAnalysis: z.boolean(),
  }),
})
export type Enrichment = z.infer<typeof Enrichment>

/** The stored completion of a run. */
export const Completion = z.object({
  completionId: z.string().min(1).max(200),
  outcome: CompletionOutcome,
  summaryMarkdown: z.string().max(20_000).nullable(),
  citations: z.array(z.string().max(2_000)).max(50),
  branch: z.string().nullable(),
  commitSha: z.string().nullable(),
})
export type Completion = z.infer<typeof Completion>

export const Run = z.object({
  id: Id,
  automationId: Id,
  automationName: z.string(),
  /** Who started it by hand, else who made its automation. */
  createdBy: z.string().nullable(),
  triggerEventId: Id,
  eventTitle: z.string(),
  eventUrl: z.string().nullable(),
  status: RunStatus,
  statusReason: z.string().nullable(),
  failureStage: FailureStage.nullable(),
  errorMessage: z.string().nullable(),
  sessionId: Id.nullable(),
  deliveryId: Id.nullable(),
  queuedAt: Instant,
  enrichmentStartedAt: Instant.nullable(),
  enrichmentCompletedAt: Instant.nullable(),
  executionStartedAt: Instant.nullable(),
  promptSentAt: Instant.nullable(),
  completedAt: Instant.nullable(),
  deadlineAt: Instant,
  completion: Completion.nullable(),
})
export type Run = z.infer<typeof Run>

export const RunEventType = z.enum([
  'status_transition',
  'enrichment_saved',
  'target_resolved',
  'completion',
  'manual_resolution',
  'assigned',
  'unassigned',
  'canceled',
])

/** One line of a run's timeline; append-only. */
export const RunEvent = z.object({
  id: Id,
  type: RunEventType,
  fromStatus: RunStatus.nullable(),
  toStatus: RunStatus.nullable(),
  data: z.record(z.string(), z.unknown()),
  createdAt: Instant,
})
export type RunEvent = z.infer<typeof RunEvent>

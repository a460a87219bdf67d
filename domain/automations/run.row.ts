import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import { Completion, Enrichment, RunStatus } from '#schema/contracts/runs'

const At = z.coerce.date()

/** A run as hand-written statements return it, with the columns that rules look at. */
export const RunRow = z
  .object({
    id: Id,
    organization_id: z.string(),
    automation_id: Id,
    trigger_event_id: Id,
    trigger_id: Id.nullable(),
    status: RunStatus,
    status_reason: z.string().nullable(),
    error_message: z.string().nullable(),
    lease_version: z.number().int(),
    attempt: z.number().int(),
    session_id: Id.nullable(),
    prompt_sent_at: At.nullable(),
    deadline_at: At,
    completion_id: z.string().nullable(),
    completion_hash: z.string().nullable(),
    completion_json: Completion.nullable(),
    enrichment_json: Enrichment.nullable(),
    trace_id: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    automationId: row.automation_id,
    triggerEventId: row.trigger_event_id,
    triggerId: row.trigger_id,
    status: row.status,
    statusReason: row.status_reason,
    errorMessage: row.error_message,
    leaseVersion: row.lease_version,
    attempt: row.attempt,
    sessionId: row.session_id,
    promptSentAt: row.prompt_sent_at,
    deadlineAt: row.deadline_at,
    completionId: row.completion_id,
    completionHash: row.completion_hash,
    completion: row.completion_json,
    enrichment: row.enrichment_json,
    /** Null for a run from before traces were kept. */
    traceId: row.trace_id,
  }))
export type RunRow = z.infer<typeof RunRow>

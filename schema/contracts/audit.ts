import { z } from 'zod'
import { Id, Instant, PageQuery } from '#schema/contracts/common'

export const AuditActorKind = z.enum(['user', 'api_key', 'system'])

const State = z.record(z.string(), z.unknown()).nullable()

/** Who did what to what, from where. Names and labels are as they were then. */
export const AuditEntry = z.object({
  id: Id,
  at: Instant,
  actor: z.object({
    kind: AuditActorKind,
    /** The person's id, also for a program of theirs; null for the product itself. */
    id: z.string().nullable(),
    name: z.string(),
    apiKeyId: z.string().nullable(),
    /** Id of the super admin who acted as this person. */
    impersonatedBy: z.string().nullable(),
  }),
  verb: z.string(),
  subject: z.object({ kind: z.string(), id: z.string().nullable(), label: z.string().nullable() }),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  traceId: z.string().nullable(),
  /** What changed, without secrets. */
  before: State,
  after: State,
})
export type AuditEntry = z.infer<typeof AuditEntry>

const Word = z.string().regex(/^[a-z][a-z_]{0,49}$/, 'a lower-case word')

export const AuditFilter = z.object({
  /** Id of a person. */
  actor: z.string().min(1).max(100).optional(),
  verb: Word.optional(),
  /** Kind of thing, for example `repository`. */
  subject: Word.optional(),
  subjectId: z.string().min(1).max(100).optional(),
  /** Entries at or after this instant. */
  from: Instant.optional(),
  /** Entries before this instant. */
  to: Instant.optional(),
})
export type AuditFilter = z.infer<typeof AuditFilter>

export const AuditQuery = PageQuery.extend(AuditFilter.shape)
export const AuditExportQuery = AuditFilter.extend({ format: z.enum(['csv', 'ndjson']) })

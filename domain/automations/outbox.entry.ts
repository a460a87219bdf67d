import { z } from 'zod'
import { traceIdOf } from '#kernel/trace'
import { Id } from '#schema/contracts/common'
import type { EffectMessage, RunMessage } from '#schema/contracts/messages'

const OfRun = z.object({ runId: Id, traceId: z.string().optional() })

/** What may stand in the outbox: a kind and the payload that belongs to it. */
export const OutboxEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('enqueue_enrich'), payload: OfRun }),
  z.object({ kind: z.literal('enqueue_execute'), payload: OfRun }),
  z.object({
    kind: z.literal('write_artifacts'),
    payload: OfRun.extend({ artifact: z.enum(['completion', 'enrichment']) }),
  }),
  z.object({ kind: z.literal('end_session'), payload: OfRun }),
])
export type OutboxEntry = z.infer<typeof OutboxEntry>

/** A claimed row, whose kind and payload are not checked yet. */
export interface ClaimedRow {
  id: string
  organizationId: string
  kind: string
  payload: unknown
  attempts: number
}

export type OutboxMessage =
  | { queue: 'runs'; message: RunMessage }
  | { queue: 'effects'; message: EffectMessage }

/**
 * The queue message a row stands for; null when the row is malformed or of an unknown kind, which no retry can cure.
 */
export function messageOf(row: ClaimedRow): OutboxMessage | null {
  const parsed = OutboxEntry.safeParse({ kind: row.kind, payload: row.payload })
  if (!parsed.success) return null
  const { kind, payload } = parsed.data
  const common = {
    v: 1 as const,
    organizationId: row.organizationId,
    runId: payload.runId,
    outboxId: row.id,
    traceId: payload.traceId ?? traceIdOf(row.id),
  }
  switch (kind) {
    case 'enqueue_enrich':
      return { queue: 'runs', message: { ...common, kind: 'enrich' } }
    case 'enqueue_execute':
      return { queue: 'runs', message: { ...common, kind: 'execute' } }
    case 'write_artifacts':
      return { queue: 'effects', message: { ...common, kind, artifact: payload.artifact } }
    case 'end_session':
      return { queue: 'effects', message: { ...common, kind } }
  }
}

import { AppError, describeError } from '#kernel/errors'
import type { Log } from '#kernel/log'
import type { Kernel } from '#kernel/needs'
import { redactFields } from '#kernel/redact'
import type { Span, Telemetry } from '#kernel/telemetry'
import { spanIdOf } from '#kernel/trace'

export type ObserveNeeds = Pick<Kernel, 'clock' | 'ids' | 'log'> & { telemetry: Pick<Telemetry, 'span'> }

export interface ObservedWork {
  /** Name of the wide event and of the span, for example `queue.message`. */
  event: string
  kind: Span['kind']
  traceId: string
  /** What is known before the work begins. */
  fields: Record<string, unknown>
}

/** What is to be told of work that went through; `failed` makes it a warning, and with
 * the field `alert` an error, though nothing was thrown. */
export interface WorkReport {
  fields?: Record<string, unknown>
  failed?: string
}

/**
 * Does a piece of work, and tells of it in one wide event and one span: what it was, how it ended, how long it took.
 * What the work throws is told and thrown on.
 */
export async function observeWork(
  needs: ObserveNeeds,
  work: ObservedWork,
  run: () => Promise<WorkReport>,
): Promise<void> {
  const startedAt = needs.clock.now()
  const spanId = spanIdOf(needs.ids.next())
  const tell = (level: keyof Log, ended: Record<string, unknown>, error: string | null) => {
    const endedAt = needs.clock.now()
    const durationMs = endedAt.getTime() - startedAt.getTime()
    const fields = { ...work.fields, ...ended, durationMs }
    needs.log[level](work.event, { ...fields, traceId: work.traceId, spanId, error })
    needs.telemetry.span({
      traceId: work.traceId,
      spanId,
      parentSpanId: null,
      name: work.event,
      kind: work.kind,
      startedAt,
      endedAt,
      attributes: redactFields(fields),
      error,
    })
  }
  try {
    const { fields = {}, failed } = await run()
    const level = fields['alert'] === true ? 'error' : 'warn'
    tell(failed === undefined ? 'info' : level, fields, failed ?? null)
  } catch (error) {
    tell('error', { code: error instanceof AppError ? error.code : null }, describeError(error))
    throw error
  }
}

export type LogLevel = 'info' | 'warn' | 'error'

/** A line of the log, redacted already. */
export interface LogRecord {
  level: LogLevel
  event: string
  at: Date
  /** `traceId` and `spanId` among them say where it belongs. */
  fields: Record<string, unknown>
}

/** One piece of work with a beginning and an end. */
export interface Span {
  traceId: string
  spanId: string
  parentSpanId: string | null
  name: string
  kind: 'server' | 'consumer' | 'internal'
  startedAt: Date
  endedAt: Date
  /** Redacted already. */
  attributes: Record<string, unknown>
  /** Why it failed; null when it did not. */
  error: string | null
}

/** Collects what one invocation did, for an observability backend. Nothing here ever throws or waits. */
export interface Telemetry {
  log(record: LogRecord): void
  span(span: Span): void
  /** Sends what was gathered. To be handed to `waitUntil` when the work is over; resolves also when nothing arrived. */
  flush(): Promise<void>
}

/** Nobody is listening. */
export const noTelemetry: Telemetry = { log: () => {}, span: () => {}, flush: () => Promise.resolve() }

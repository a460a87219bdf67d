/** Where something is in a trace, as W3C Trace Context names it. */
export interface TraceContext {
  /** 32 hex digits, the same for everything that follows from one cause. */
  traceId: string
  /** 16 hex digits: the step that is being taken. */
  spanId: string
}

/** Version 00; later versions may append fields, which are passed over (W3C Trace Context §3.2). */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/

/** The context a caller sends in its header `traceparent`; null for none and for one that is malformed. */
export function readTraceparent(header: string | null | undefined): TraceContext | null {
  const [, traceId, spanId] = TRACEPARENT.exec(header?.trim() ?? '') ?? []
  return traceId !== undefined && spanId !== undefined ? { traceId, spanId } : null
}

/** The header value that hands a context on; everything is sampled. */
export function traceparentOf({ traceId, spanId }: TraceContext): string {
  return `00-${traceId}-${spanId}-01`
}

/** A trace named after a UUID: its 32 hex digits. For a text that is none, a constant: a trace id is never refused. */
export function traceIdOf(uuid: string): string {
  const digits = uuid.replaceAll('-', '').toLowerCase()
  return TRACE_ID.test(digits) ? digits : '1'.padStart(32, '0')
}

/** A step named after a fresh UUID: its random half. */
export function spanIdOf(uuid: string): string {
  return traceIdOf(uuid).slice(16)
}

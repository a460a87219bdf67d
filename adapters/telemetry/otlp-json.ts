import type { LogLevel, LogRecord, Span } from '#kernel/telemetry'

/** OTLP/HTTP with JSON (opentelemetry-proto 1.x): 64-bit numbers are decimal strings, ids are hex. */
type Value =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number }
  | { arrayValue: { values: Value[] } }

interface Attribute {
  key: string
  value: Value
}

const SCOPE = { name: 'proliferate-edge' }
/** Numbers of the OpenTelemetry log data model. */
const SEVERITY = { info: 9, warn: 13, error: 17 } as const satisfies Record<LogLevel, number>
const SPAN_KIND = { internal: 1, server: 2, consumer: 5 } as const satisfies Record<Span['kind'], number>
const STATUS_ERROR = 2
const TRACE_ID = /^[0-9a-f]{32}$/
const SPAN_ID = /^[0-9a-f]{16}$/

const resourceOf = (resource: Record<string, string>) => ({ attributes: attributesOf(resource) })

/** The body of `POST /v1/logs`. */
export function logsBody(resource: Record<string, string>, records: LogRecord[]) {
  const logRecords = records.map(({ level, event, at, fields }) => ({
    timeUnixNano: nanoseconds(at),
    observedTimeUnixNano: nanoseconds(at),
    severityNumber: SEVERITY[level],
    severityText: level.toUpperCase(),
    body: { stringValue: event },
    attributes: attributesOf(fields),
    ...idOf('traceId', fields['traceId'], TRACE_ID),
    ...idOf('spanId', fields['spanId'], SPAN_ID),
  }))
  return { resourceLogs: [{ resource: resourceOf(resource), scopeLogs: [{ scope: SCOPE, logRecords }] }] }
}

/** The body of `POST /v1/traces`. */
export function tracesBody(resource: Record<string, string>, spans: Span[]) {
  const shown = spans.map((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: SPAN_KIND[span.kind],
    startTimeUnixNano: nanoseconds(span.startedAt),
    endTimeUnixNano: nanoseconds(span.endedAt),
    attributes: attributesOf(span.attributes),
    status: span.error === null ? {} : { code: STATUS_ERROR, message: span.error },
  }))
  return { resourceSpans: [{ resource: resourceOf(resource), scopeSpans: [{ scope: SCOPE, spans: shown }] }] }
}

const nanoseconds = (at: Date): string => String(BigInt(at.getTime()) * 1_000_000n)

const idOf = (name: string, value: unknown, form: RegExp) =>
  typeof value === 'string' && form.test(value) ? { [name]: value } : {}

function attributesOf(fields: Record<string, unknown>): Attribute[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const shown = valueOf(value)
    return shown ? [{ key, value: shown }] : []
  })
}

function valueOf(value: unknown): Value | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return numberOf(value)
  if (Array.isArray(value)) return { arrayValue: { values: value.flatMap((item) => valueOf(item) ?? []) } }
  return { stringValue: JSON.stringify(value) }
}

/** JSON has no word for what is not a number. */
function numberOf(value: number): Value {
  if (!Number.isFinite(value)) return { stringValue: String(value) }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

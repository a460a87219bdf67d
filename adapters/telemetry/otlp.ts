import { describeError } from '#kernel/errors'
import { redactedText } from '#kernel/secret-shapes'
import type { LogRecord, Span, Telemetry } from '#kernel/telemetry'
import { fetchWhole } from '../fetch-whole.ts'
import { logsBody, tracesBody } from './otlp-json.ts'

export interface OtlpSettings {
  /** Base URL of the collector; `/v1/logs` and `/v1/traces` are appended. */
  endpoint: string
  headers: Record<string, string>
  /** Attributes of everything that is sent, `service.name` among them. */
  resource: Record<string, string>
}

/** A collector that hangs must not hold an isolate. */
const DEADLINE_MS = 5_000
/** What one invocation may gather; an invocation that says more is one that went wrong, and its beginning tells why. */
const MAX_GATHERED = 2_000
/** Records per request: collectors take a few megabytes, and a line has at most 16 KB. */
const MAX_PER_REQUEST = 200

/**
 * Gathers logs and spans and sends them as OTLP/HTTP JSON (lessons: no OpenTelemetry SDK runs well on Workers). What
 * cannot be delivered is dropped, and only counted: telemetry must cost the product nothing.
 */
export function otlpTelemetry(settings: OtlpSettings): Telemetry {
  const { resource } = settings
  let logs: LogRecord[] = []
  let spans: Span[] = []
  let dropped = 0
  const gather = <Item>(items: Item[], item: Item) => {
    if (logs.length + spans.length >= MAX_GATHERED) dropped += 1
    else items.push(item)
  }
  const send = async <Item>(path: string, items: Item[], bodyOf: (items: Item[]) => unknown) => {
    for (let start = 0; start < items.length; start += MAX_PER_REQUEST) {
      const some = items.slice(start, start + MAX_PER_REQUEST)
      const problem = await post(settings, path, bodyOf(some))
      if (problem === null) continue
      // A collector that refuses one request would make us wait for each of the others.
      dropped += items.length - start
      return tell(problem)
    }
  }
  return {
    log: (record) => gather(logs, record),
    span: (span) => gather(spans, span),
    async flush() {
      const [someLogs, someSpans] = [logs, spans]
      logs = []
      spans = []
      await Promise.all([
        send('/v1/logs', someLogs, (items) => logsBody(resource, items)),
        send('/v1/traces', someSpans, (items) => tracesBody(resource, items)),
      ])
      if (dropped > 0) console.warn(JSON.stringify({ level: 'warn', event: 'telemetry.dropped', dropped }))
      dropped = 0
    },
  }
}

/** Null when the collector took it, else what went wrong. */
async function post(settings: OtlpSettings, path: string, body: unknown): Promise<string | null> {
  try {
    const init: RequestInit = {
      method: 'POST',
      headers: { ...settings.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A redirect would carry the collector's key to wherever it points.
      redirect: 'manual',
    }
    const response = await fetchWhole(`${settings.endpoint.replace(/\/+$/, '')}${path}`, init, DEADLINE_MS)
    return response.ok ? null : `HTTP ${response.status}`
  } catch (error) {
    return describeError(error)
  }
}

/** To the console alone: told to the log it would be gathered again. */
function tell(problem: string): void {
  console.warn(JSON.stringify({ level: 'warn', event: 'telemetry.failed', error: redactedText(problem, '') }))
}

/** `name=value,name=value`, values percent-encoded, as OTEL_EXPORTER_OTLP_HEADERS has them. Malformed pairs are left out. */
export function readHeaders(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim().toLowerCase()
    return at > 0 && /^[\w-]+$/.test(name) ? [[name, decoded(pair.slice(at + 1).trim())]] : []
  })
  return Object.fromEntries(pairs)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

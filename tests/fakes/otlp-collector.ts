import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

// The parts of opentelemetry-proto that our exporter may use, as their JSON encoding demands them: strict, so that a field of
// another name or type is refused, as collectors do.

const Value: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ boolValue: z.boolean() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
    z.strictObject({ arrayValue: z.strictObject({ values: z.array(Value) }) }),
  ]),
)
const Attributes = z.array(z.strictObject({ key: z.string().min(1), value: Value }))
const Nanoseconds = z.string().regex(/^\d{19}$/)
const TraceId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/)
const SpanId = z.string().regex(/^(?!0{16})[0-9a-f]{16}$/)
const Resource = z.strictObject({ attributes: Attributes })
const Scope = z.strictObject({ name: z.string() })

const LogRecord = z.strictObject({
  timeUnixNano: Nanoseconds,
  observedTimeUnixNano: Nanoseconds,
  severityNumber: z.int().min(1).max(24),
  severityText: z.string(),
  body: Value,
  attributes: Attributes,
  traceId: TraceId.optional(),
  spanId: SpanId.optional(),
})
const Span = z
  .strictObject({
    traceId: TraceId,
    spanId: SpanId,
    parentSpanId: SpanId.optional(),
    name: z.string().min(1),
    kind: z.int().min(1).max(5),
    startTimeUnixNano: Nanoseconds,
    endTimeUnixNano: Nanoseconds,
    attributes: Attributes,
    status: z.strictObject({ code: z.int().min(0).max(2).optional(), message: z.string().optional() }),
  })
  .refine((span) => BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano), 'ends before it begins')

const Logs = z.strictObject({
  resourceLogs: z.array(
    z.strictObject({
      resource: Resource,
      scopeLogs: z.array(z.strictObject({ scope: Scope, logRecords: z.array(LogRecord) })),
    }),
  ),
})
const Traces = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({ resource: Resource, scopeSpans: z.array(z.strictObject({ scope: Scope, spans: z.array(Span) })) }),
  ),
})

export type OtlpCollector = Awaited<ReturnType<typeof startOtlpCollector>>

/** A collector for OTLP/HTTP with JSON that validates what it is sent: 400 for what the protocol does not know. */
export async function startOtlpCollector() {
  const collector = {
    url: '',
    logs: [] as z.infer<typeof LogRecord>[],
    spans: [] as z.infer<typeof Span>[],
    resources: [] as z.infer<typeof Attributes>[],
    requests: [] as { path: string; headers: IncomingMessage['headers'] }[],
    /** What was wrong with requests that were refused. */
    problems: [] as string[],
    /** `hang` never answers; a number is the status of every answer. */
    behaviour: 'fine' as 'fine' | 'hang' | number,
    close: () => new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
  const take = (path: string, body: unknown) => {
    if (path === '/v1/logs') {
      for (const { resource, scopeLogs } of Logs.parse(body).resourceLogs) {
        collector.resources.push(resource.attributes)
        collector.logs.push(...scopeLogs.flatMap(({ logRecords }) => logRecords))
      }
    } else if (path === '/v1/traces') {
      for (const { resource, scopeSpans } of Traces.parse(body).resourceSpans) {
        collector.resources.push(resource.attributes)
        collector.spans.push(...scopeSpans.flatMap(({ spans }) => spans))
      }
    } else throw new Error(`No such path: ${path}`)
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      collector.requests.push({ path, headers: request.headers })
      if (collector.behaviour === 'hang') return
      if (collector.behaviour !== 'fine') return void response.writeHead(collector.behaviour).end()
      try {
        if (request.method !== 'POST') throw new Error(`POST, not ${request.method}`)
        if (request.headers['content-type'] !== 'application/json') throw new Error('not JSON')
        take(path, JSON.parse(Buffer.concat(chunks).toString('utf8')))
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      } catch (error) {
        collector.problems.push(String(error))
        response.writeHead(400).end(String(error))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return collector
}

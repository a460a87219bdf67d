import type { z } from 'zod'
import type { Digest } from '#kernel/ports'
import type { NormalizedEvent } from '#schema/contracts/triggers'

/** One thing wrong with a value somebody gave; `path` is dotted, empty for the value as a whole. */
export interface FieldIssue {
  path: string
  message: string
}

/** Whether a trigger wants an event; the reason is a sentence a person can act on. */
export type Match = { matched: true } | { matched: false; reason: string }

/** A trigger's own configuration, read once and then asked about many events. */
export type Configured =
  | { ok: true; config: Record<string, unknown>; matches(event: NormalizedEvent): Match }
  | { ok: false; issues: FieldIssue[] }

export interface TriggerType {
  id: string
  title: string
  description: string
  /** The schema that forms are drawn from. */
  schema: z.ZodType<Record<string, unknown>>
  /** Reads a stored or given configuration; pure and synchronous, and so is what it returns. */
  configure(config: unknown): Configured
}

/** A webhook as it came in: header names in lower case, the body as the bytes that were signed. */
export interface SignedRequest {
  headers: Record<string, string>
  rawBody: Uint8Array
}

export type Verification = { ok: true } | { ok: false; reason: 'missing_signature' | 'wrong_signature' }

export interface WebhookPayload {
  payload: unknown
  eventType: string
  deliveryId: string
  /** ISO instant; stands in where a payload carries no usable time. */
  receivedAt: string
}

/** `events` is empty for an event that no trigger can listen to. */
export type Parsed = { ok: true; events: NormalizedEvent[] } | { ok: false; detail: string }

export interface WebhookReader {
  /** Compares the sender's signature with ours in constant time. */
  verify(crypto: Pick<Digest, 'hmac' | 'equal'>, request: SignedRequest, secret: string): Promise<Verification>
  /** What the headers alone tell; `deliveryId` is null when the sender gave none. */
  identify(headers: Record<string, string>): { eventType: string; deliveryId: string | null }
  /** Headers worth keeping in the ledger; never a signature, a cookie or a token. */
  keptHeaders: string[]
  /** Native events that are sent to test an endpoint and can start nothing. */
  acknowledged: string[]
  /** The JSON text inside a body, which some providers wrap in a form. */
  jsonText(body: string, headers: Record<string, string>): string
  parse(input: WebhookPayload): Parsed
}

/** One external service, described: stateless, and reaching nobody (a2 §2.3, trap T7). */
export interface IntegrationModule {
  meta: { id: string; name: string; description: string }
  triggers: { types: TriggerType[]; webhook: WebhookReader }
}

/** Binds a schema to the rule that is asked with what the schema gives. */
export function triggerType<Schema extends z.ZodType<Record<string, unknown>>>(definition: {
  id: string
  title: string
  description: string
  schema: Schema
  matches(event: NormalizedEvent, config: z.output<Schema>): Match
}): TriggerType {
  const { id, title, description, schema, matches } = definition
  return {
    id,
    title,
    description,
    schema,
    configure(given) {
      const result = schema.safeParse(given)
      if (!result.success) return { ok: false, issues: result.error.issues.map(issueOf) }
      const config = result.data
      return { ok: true, config, matches: (event) => matches(event, config) }
    },
  }
}

const issueOf = (issue: z.core.$ZodIssue): FieldIssue => ({ path: issue.path.join('.'), message: issue.message })

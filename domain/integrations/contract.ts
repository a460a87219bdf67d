import type { z } from 'zod'
import type { Digest } from '#kernel/ports'
import type { NormalizedEvent, TriggerMechanism } from '#schema/contracts/triggers'

/** One thing wrong with a value somebody gave; `path` is dotted, empty for the value as a whole. */
export interface FieldIssue {
  path: string
  message: string
}

/** How the events of a trigger come about: pushed, fetched, by the clock, by a person. */
export type Mechanism = z.infer<typeof TriggerMechanism>

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
  /** How its events come about. */
  mechanisms: readonly Mechanism[]
  /** The schema that forms are drawn from. */
  schema: z.ZodType<Record<string, unknown>>
  /** Reads a stored or given configuration; pure and synchronous, and so is what it returns. */
  configure(config: unknown): Configured
  /** What of a configuration that it reads could never come true by polling. */
  pollingIssues(config: Record<string, unknown>): FieldIssue[]
}

/** A webhook as it came in: header names in lower case, the body as the bytes that were signed. */
export interface SignedRequest {
  headers: Record<string, string>
  rawBody: Uint8Array
  /** When it arrived; some providers sign the time, and an old signature is a replayed one. */
  receivedAt: Date
}

/** What the sender wants to hear at once instead of `{received: true}`, as when it proves that the URL is ours. */
export interface ImmediateResponse {
  status: number
  contentType: string
  body: string
}

/**
 * `answer` is told to the sender, and nothing is queued. A missing signature is let through by the framework where the
 * endpoint does not require one; a wrong one never.
 */
export type Verification =
  | { ok: true; answer?: ImmediateResponse }
  | { ok: false; reason: 'missing_signature' | 'wrong_signature' | 'stale_signature' }

/** Whom a delivery is for, as far as its content says; what it names is looked up by the framework. */
export interface Identity {
  kind: 'integration'
  externalId: string
}

/** What a delivery says about the connection itself: it is gone, on hold, or back. */
export interface ConnectionChange {
  externalId: string
  status: 'active' | 'suspended' | 'deleted' | 'expired'
}

export interface WebhookPayload {
  payload: unknown
  eventType: string
  deliveryId: string
  /** Those of `keptHeaders`; names in lower case. */
  headers: Record<string, string>
  /** Lower-case hex SHA-256 of the verified bytes. */
  bodyHash: string
  /** ISO instant; stands in where a payload carries no usable time. */
  receivedAt: string
}

/** `events` is empty for an event that no trigger can listen to. */
export type Parsed = { ok: true; events: NormalizedEvent[] } | { ok: false; detail: string }

export interface WebhookReader {
  /**
   * Where its webhooks arrive: at one URL of ours for every organization, verified by the app's secret (`app`); at one
   * URL per organization (`organization`); at one URL per trigger (`trigger`).
   */
  addresses: readonly ('app' | 'organization' | 'trigger')[]
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
  /** Whether a trigger with this configuration takes deliveries that are not signed; never when left out. */
  takesUnsigned?(config: Record<string, unknown>): boolean
  /** Pure; the same for a delivery of a broker and one that came directly. */
  parse(input: WebhookPayload): Parsed
  /** Which connection the delivery belongs to; null when it names none. */
  identity?(payload: unknown): Identity | null
  /**
   * Nobody can name an account that is not theirs, so that a delivery at an organization's own address may teach its
   * connection what it is called. Where ids can be counted through, that would be a way to somebody else's deliveries.
   */
  identityIsUnguessable?: boolean
  /** What the delivery changes about the connection; such a delivery starts no run. */
  connection?(input: Pick<WebhookPayload, 'payload' | 'eventType'>): ConnectionChange | null
}

/** One call to the provider's API: the only way a module reaches it. Bodies are texts; `json` is sent as JSON. */
export interface ProviderRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  headers?: Record<string, string>
  json?: unknown
}

/** Header names in lower case; the status is whatever the provider answered below 500, except 401, 403 and 429. */
export interface ProviderResponse {
  status: number
  headers: Record<string, string>
  text: string
}

/**
 * Calls the provider with a deadline and a limit of size. Throws `provider.rate_limited` with the time it asked for,
 * `provider.unauthorized`, `provider.forbidden`, and `provider.unavailable`. Redirects are not followed.
 */
export type ProviderHttp = (request: ProviderRequest) => Promise<ProviderResponse>

/** What a poll may use. `cursor` is what the module returned last; null for the first poll. */
export interface PollContext {
  http: ProviderHttp
  /** Null where the module needs none. */
  token: string | null
  cursor: unknown
  /** The configurations of all triggers of the group: enough to fetch no more than somebody wants. */
  configs: Record<string, unknown>[]
  now: Date
}

export interface Polled {
  events: NormalizedEvent[]
  /** Plain JSON, given back at the next poll; stored only after all events were handed off. */
  nextCursor: unknown
  /** The provider asks to be left alone for so long. */
  backoffSeconds?: number
  /** What had to be left out, in a sentence for whoever configured it; the rest was polled. */
  leftOut?: string
}

/** At most this many pages of the provider in one poll; the next poll goes on (a2 §2.9). */
export const MAX_POLL_PAGES = 10

export interface Polling {
  defaultIntervalSeconds: number
  /** At least 60: cron has no shorter beat. */
  minIntervalSeconds: number
  needsToken: boolean
  /**
   * One superset for the whole group. The first poll (`cursor` null) returns where to go on from; what it finds is a
   * baseline and starts nothing.
   */
  poll(context: PollContext): Promise<Polled>
}

/** Completes an event by what its webhook left out; at most once per event, never in the request that brought it. */
export type Hydrate = (
  event: NormalizedEvent,
  context: { http: ProviderHttp; token: string | null },
) => Promise<NormalizedEvent>

/**
 * What the owner of a credential is called by the service: `externalId` is what its webhooks name (`Identity`), null when
 * a credential does not tell. Throws what `http` throws, above all `provider.unauthorized` for a wrong credential.
 */
export type DescribeAccount = (context: {
  http: ProviderHttp
  token: string
}) => Promise<{ externalId: string | null; name: string | null }>

/** Registrations that a provider forgets unless they are renewed (Jira: 30 days). */
export interface ExpiringWebhooks {
  /** Renews them all in as few calls as there are; returns the new expiry of each that was renewed. */
  renew(
    ids: string[],
    context: { http: ProviderHttp; token: string | null },
  ): Promise<{ id: string; expiresAt: string }[]>
}

/** One external service, described: stateless, and reaching nobody (a2 §2.3, trap T7). */
export interface IntegrationModule {
  meta: { id: string; name: string; description: string }
  /** Checks a credential by asking whose it is; absent where the service takes none. */
  describeAccount?: DescribeAccount
  triggers: {
    types: TriggerType[]
    webhook?: WebhookReader
    polling?: Polling
    hydrate?: Hydrate
    expiringWebhooks?: ExpiringWebhooks
  }
}

/** Binds a schema to the rule that is asked with what the schema gives. */
export function triggerType<Schema extends z.ZodType<Record<string, unknown>>>(definition: {
  id: string
  title: string
  description: string
  /** Webhooks when left out. */
  mechanisms?: readonly Mechanism[]
  schema: Schema
  /** None when left out. */
  pollingIssues?(config: Record<string, unknown>): FieldIssue[]
  matches(event: NormalizedEvent, config: z.output<Schema>): Match
}): TriggerType {
  const { id, title, description, mechanisms = ['webhook'], schema, pollingIssues = () => [], matches } = definition
  return {
    id,
    title,
    description,
    mechanisms,
    schema,
    pollingIssues,
    configure(given) {
      const result = schema.safeParse(given)
      if (!result.success) return { ok: false, issues: result.error.issues.map(issueOf) }
      const config = result.data
      return { ok: true, config, matches: (event) => matches(event, config) }
    },
  }
}

const issueOf = (issue: z.core.$ZodIssue): FieldIssue => ({ path: issue.path.join('.'), message: issue.message })

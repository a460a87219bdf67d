import {
  type Hydrate,
  type IntegrationRow,
  type IntegrationTokens,
  noteRateLimits,
  noteUnauthorized,
  type ProviderHttp,
  ProviderRateLimited,
  type ProviderResponse,
  ProviderUnauthorized,
} from '#domain/integrations'
import { later } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { AppError, describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { NormalizedEvent } from '#schema/contracts/triggers'

/** Rows of one batch whose providers are asked at the same time. */
const AT_ONCE = 5
/** Of a provider that asks for patience without saying for how long. */
const DEFAULT_PATIENCE_MS = MINUTE_MS

export type HydrateNeeds = Pick<Kernel, 'db' | 'clock' | 'log'> & {
  providerHttp: ProviderHttp
  integrationTokens: IntegrationTokens
}

/** The events of one ledger row that somebody listens to, and the connection to ask by. */
export interface Thin {
  key: string
  hydrate: Hydrate
  integration: IntegrationRow
  events: NormalizedEvent[]
}

/** What became of a row's events; `untried`: the provider was not even asked. */
export type Hydrated =
  | { kind: 'events'; events: NormalizedEvent[] }
  | { kind: 'put_off'; until: Date | null; error: string; untried: boolean }
  | { kind: 'failed'; error: string }

/**
 * Completes the events of a batch by what their webhooks left out. Each connection's token is fetched once, and the same
 * question is asked once. What one row learns about a connection's limits holds for the rest of the batch, and by the
 * database for everybody else. Never throws over a provider; throws when the database is away.
 */
export async function hydrateEvents(needs: HydrateNeeds, thin: Thin[]): Promise<Map<string, Hydrated>> {
  const asked = new Map<string, Asked>()
  for (const { integration } of thin) {
    if (!asked.has(integration.id)) asked.set(integration.id, askedBy(needs, integration))
  }
  const results = new Map<string, Hydrated>()
  const waiting = [...thin]
  const work = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      results.set(one.key, await hydrateOne(needs, one, asked.get(one.integration.id) as Asked))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  await noteHealth(needs, [...asked.values()])
  return results
}

/** One connection, as far as this batch has used it. */
interface Asked {
  integration: IntegrationRow
  http: ProviderHttp
  token: () => Promise<string>
  limitedUntil: Date | null
  learnedLimit: boolean
  unauthorized: boolean
}

function askedBy(needs: HydrateNeeds, integration: IntegrationRow): Asked {
  let token: Promise<string> | undefined
  return {
    integration,
    http: remembering(needs.providerHttp),
    token: () => (token ??= needs.integrationTokens.tokenOf(integration)),
    limitedUntil: integration.rateLimitedUntil,
    learnedLimit: false,
    unauthorized: false,
  }
}

/** Ten events about one issue ask for it once. */
function remembering(http: ProviderHttp): ProviderHttp {
  const answers = new Map<string, Promise<ProviderResponse>>()
  return (request) => {
    const question = JSON.stringify(request)
    const answer = answers.get(question) ?? http(request)
    answers.set(question, answer)
    return answer
  }
}

async function hydrateOne(needs: HydrateNeeds, { key, hydrate, events }: Thin, asked: Asked): Promise<Hydrated> {
  const now = needs.clock.now()
  if (asked.limitedUntil !== null && asked.limitedUntil > now) {
    return { kind: 'put_off', until: asked.limitedUntil, error: ProviderRateLimited.code, untried: true }
  }
  if (asked.unauthorized) return { kind: 'failed', error: ProviderUnauthorized.code }
  try {
    const token = await asked.token()
    const complete: NormalizedEvent[] = []
    for (const event of events) {
      const { provider, dedupKey } = event
      // Whatever the provider says by now: it is the same event.
      complete.push({ ...(await hydrate(event, { http: asked.http, token })), provider, dedupKey })
    }
    return { kind: 'events', events: complete }
  } catch (error) {
    needs.log.warn('delivery.not_hydrated', { inboxId: key, error: describeError(error) })
    return givenUp(needs, asked, error)
  }
}

function givenUp(needs: HydrateNeeds, asked: Asked, error: unknown): Hydrated {
  if (ProviderUnauthorized.is(error)) {
    asked.unauthorized = true
    return { kind: 'failed', error: ProviderUnauthorized.code }
  }
  if (!(error instanceof AppError)) return { kind: 'put_off', until: null, error: 'hydrate_failed', untried: false }
  const { code, options } = error
  const { retryAfterMs } = options
  if (code !== ProviderRateLimited.code) {
    const until = retryAfterMs === undefined ? null : later(needs.clock.now(), retryAfterMs)
    return { kind: 'put_off', until, error: code, untried: false }
  }
  const until = later(needs.clock.now(), retryAfterMs ?? DEFAULT_PATIENCE_MS)
  if (asked.limitedUntil === null || asked.limitedUntil < until) asked.limitedUntil = until
  asked.learnedLimit = true
  return { kind: 'put_off', until: asked.limitedUntil, error: code, untried: false }
}

async function noteHealth(needs: HydrateNeeds, asked: Asked[]): Promise<void> {
  const limits = asked.flatMap(({ integration, learnedLimit, limitedUntil }) =>
    learnedLimit && limitedUntil ? [{ integrationId: integration.id, until: limitedUntil }] : [],
  )
  await noteRateLimits(needs, limits)
  for (const { integration, unauthorized } of asked) {
    const { organizationId, id: integrationId } = integration
    if (unauthorized) await noteUnauthorized(needs, { organizationId, integrationId })
  }
}

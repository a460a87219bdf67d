import {
  type Hydrate,
  type IntegrationRow,
  type IntegrationTokens,
  noteAuthorized,
  noteRateLimits,
  noteUnauthorized,
  type ProviderHttp,
  ProviderRateLimited,
  type ProviderResponse,
  ProviderUnauthorized,
  ProviderUnavailable,
} from '#domain/integrations'
import { later } from '#kernel/clock'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { AppError, describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { NormalizedEvent } from '#schema/contracts/triggers'

/** Calls at the same time; a Worker may hold six connections. */
const AT_ONCE = 6
/** Of them for one connection: one whose provider hangs leaves room for the others. */
const PER_CONNECTION = 2
/** Of a provider that asks for patience without saying for how long. */
const DEFAULT_PATIENCE_MS = MINUTE_MS
/** How long a provider that does not answer is left alone for the other rows of a batch. */
const AWAY_MS = 30 * SECOND_MS
/** A batch waits no longer for its providers; what was not asked by then waits for the next one. */
const PATIENCE_MS = 20 * SECOND_MS

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

/** What became of a row's events; `untried`: the provider was not even asked. Without an error they only wait. */
export type Hydrated =
  | { kind: 'events'; events: NormalizedEvent[] }
  | { kind: 'put_off'; until: Date | null; error: string | null; untried: boolean }
  | { kind: 'failed'; error: string }

/**
 * Completes thin events, each row's on their own. Nobody is asked before the time it asked for; what was learned of a
 * connection on the way, that its provider is away or asks for patience, spares its other rows the call. A connection
 * has at most two calls at once and all of them take turns, so that one that hangs does not hold up the others. Throws
 * when the database is away.
 */
export async function hydrateEvents(needs: HydrateNeeds, thin: Thin[]): Promise<Map<string, Hydrated>> {
  const patientUntil = later(needs.clock.now(), PATIENCE_MS)
  const asked = [...Map.groupBy(thin, ({ integration }) => integration.id).values()].map((rows) => askedBy(needs, rows))
  const results = new Map<string, Hydrated>()
  const lanes = Array.from({ length: PER_CONNECTION }, () => asked).flat()
  const work = async () => {
    for (let one = lanes.shift(); one !== undefined; one = lanes.shift()) {
      for (let row = one.waiting.shift(); row !== undefined; row = one.waiting.shift()) {
        const isLate = needs.clock.now() > patientUntil
        results.set(row.key, isLate ? LATE : await hydrateOne(needs, row, one))
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  await noteHealth(needs, asked)
  return results
}

const LATE: Hydrated = { kind: 'put_off', until: null, error: null, untried: true }

/** One connection, as far as this batch has used it. */
interface Asked {
  integration: IntegrationRow
  waiting: Thin[]
  http: ProviderHttp
  token: () => Promise<string>
  /** Not to be called before, and why. */
  rest: { until: Date; error: string } | null
  learnedLimit: Date | null
  /** What the provider says of the credential; null: it was not shown. */
  credential: 'taken' | 'refused' | null
}

function askedBy(needs: HydrateNeeds, waiting: Thin[]): Asked {
  const { integration } = waiting[0] as Thin
  const { rateLimitedUntil: until } = integration
  let token: Promise<string> | undefined
  const http = remembering(needs.providerHttp)
  const asked: Asked = {
    integration,
    waiting: [...waiting],
    http: async (request) => {
      const answer = await http(request)
      asked.credential ??= 'taken'
      return answer
    },
    token: () => (token ??= needs.integrationTokens.tokenOf(integration)),
    rest: until && { until, error: ProviderRateLimited.code },
    learnedLimit: null,
    credential: null,
  }
  return asked
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
  if (asked.rest !== null && asked.rest.until > needs.clock.now()) return { kind: 'put_off', ...asked.rest, untried: true }
  if (asked.credential === 'refused') return { kind: 'failed', error: ProviderUnauthorized.code }
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
    asked.credential = 'refused'
    return { kind: 'failed', error: ProviderUnauthorized.code }
  }
  if (!(error instanceof AppError)) return { kind: 'put_off', until: null, error: 'hydrate_failed', untried: false }
  const { code, options } = error
  const { retryAfterMs } = options
  const now = needs.clock.now()
  const isLimited = ProviderRateLimited.is(error)
  if (isLimited || ProviderUnavailable.is(error)) {
    const until = later(now, retryAfterMs ?? (isLimited ? DEFAULT_PATIENCE_MS : AWAY_MS))
    if (asked.rest === null || asked.rest.until < until) asked.rest = { until, error: code }
    if (isLimited) asked.learnedLimit = asked.rest.until
  }
  const until = isLimited ? asked.learnedLimit : retryAfterMs === undefined ? null : later(now, retryAfterMs)
  return { kind: 'put_off', until, error: code, untried: false }
}

async function noteHealth(needs: HydrateNeeds, asked: Asked[]): Promise<void> {
  const limits = asked.flatMap(({ integration, learnedLimit: until }) =>
    until ? [{ integrationId: integration.id, until }] : [],
  )
  await noteRateLimits(needs, limits)
  for (const { integration, credential } of asked) {
    const about = { organizationId: integration.organizationId, integrationId: integration.id }
    if (credential === 'refused') await noteUnauthorized(needs, about)
    // Refusals count only when they come in a row.
    else if (credential === 'taken' && integration.authFailures > 0) await noteAuthorized(needs, about)
  }
}

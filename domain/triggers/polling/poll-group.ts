import { kickOutbox, type OutboxNeeds } from '#domain/automations'
import {
  findIntegrationModule,
  type IntegrationTokens,
  noteAuthorized,
  noteRateLimits,
  noteUnauthorized,
  type Polled,
  type Polling,
  type ProviderHttp,
  ProviderRateLimited,
  ProviderUnauthorized,
  requireIntegration,
} from '#domain/integrations'
import { later } from '#kernel/clock'
import { HOUR_MS } from '#kernel/durations'
import { AppError, describeError } from '#kernel/errors'
import type { PollMessage } from '#schema/contracts/messages'
import { handOff, type HandOffNeeds } from '../hand-off.ts'
import { type ConfiguredTrigger, configureTrigger, matchEvents } from '../match-events.ts'
import { listPollingTriggers } from '../active-triggers.store.ts'
import { failPoll, leaseGroup, type LeasedGroup, settlePoll } from './poll-groups.store.ts'

/** A lease outlives every poll: ten pages with ten seconds each, and what follows (a2 §2.9). */
const MIN_LEASE_SECONDS = 120
/** Hand-offs in one statement; a large poll takes several. */
const HAND_OFFS_AT_ONCE = 200

export type PollNeeds = HandOffNeeds & OutboxNeeds & { providerHttp: ProviderHttp; integrationTokens: IntegrationTokens }

export type PollReport =
  | { outcome: 'polled' | 'baseline'; events: number; created: number }
  | { outcome: 'skipped' | 'lease_lost' }
  | { outcome: 'failed'; error: string }

/**
 * One cycle of one group: one call to the provider whatever the number of triggers, all of them asked in memory, and
 * only then the cursor moves (traps T2 and T4). The first poll takes a baseline and starts nothing. A group that is
 * gone, or that somebody else polls, is skipped. Throws when the database is away; the lease runs out by itself.
 */
export async function pollGroup(needs: PollNeeds, message: PollMessage): Promise<PollReport> {
  const { organizationId, groupId } = message
  const leaseToken = needs.ids.next()
  const group = await leaseGroup(needs.db, {
    organizationId,
    groupId,
    leaseToken,
    now: needs.clock.now(),
    minLeaseSeconds: MIN_LEASE_SECONDS,
  })
  if (group === null) return { outcome: 'skipped' }
  const triggers = await listPollingTriggers(needs.db, group)
  const listening = triggers.map(configureTrigger)
  const polled = await pollOnce(needs, group, listening)
  if (!polled.ok) return giveBack(needs, { group, leaseToken, error: polled.error })

  const isBaseline = group.cursor === null
  const events = isBaseline ? [] : polled.events
  const created = await handOffEvents(needs, { events, listening, traceId: message.traceId })
  const now = needs.clock.now()
  const waitSeconds = Math.max(group.intervalSeconds, polled.backoffSeconds ?? 0)
  const settled = await settlePoll(needs.db, {
    groupId,
    leaseToken,
    // Null would make the next poll a baseline again, and lose what happened in between.
    cursor: polled.nextCursor ?? {},
    nextPollAt: later(now, waitSeconds * 1_000),
    now,
  })
  if (!settled) return { outcome: 'lease_lost' }
  return { outcome: isBaseline ? 'baseline' : 'polled', events: events.length, created }
}

type Answer = ({ ok: true } & Polled) | { ok: false; error: unknown }

async function pollOnce(needs: PollNeeds, group: LeasedGroup, listening: ConfiguredTrigger[]): Promise<Answer> {
  try {
    const polling = findIntegrationModule(group.provider)?.triggers.polling
    if (!polling) throw new TypeError(`${group.provider} cannot be polled`)
    const credential = await credentialOf(needs, group, polling)
    const polled = await polling.poll({
      http: needs.providerHttp,
      token: credential?.token ?? null,
      cursor: group.cursor,
      configs: listening.flatMap(({ configured }) => (configured?.ok ? [configured.config] : [])),
      now: needs.clock.now(),
    })
    if (credential?.failedBefore) await noteAuthorized(needs, credential)
    return { ok: true, ...polled }
  } catch (error) {
    return { ok: false, error }
  }
}

interface Credential {
  organizationId: string
  integrationId: string
  token: string
  failedBefore: boolean
}

async function credentialOf(needs: PollNeeds, group: LeasedGroup, polling: Polling): Promise<Credential | null> {
  const { organizationId, integrationId, provider } = group
  if (!polling.needsToken || integrationId === null) return null
  const integration = await requireIntegration(needs, { organizationId, integrationId, of: provider, mayRest: false })
  const retryAfterMs = Number(integration.rateLimitedUntil ?? 0) - Number(needs.clock.now())
  if (retryAfterMs > 0) throw ProviderRateLimited({ retryAfterMs })
  const token = await needs.integrationTokens.tokenOf(integration)
  return { organizationId, integrationId, token, failedBefore: integration.authFailures > 0 }
}

/** In parts of bounded size; a crash between two of them is harmless, since the cursor has not moved. */
async function handOffEvents(
  needs: PollNeeds,
  input: { events: Polled['events']; listening: ConfiguredTrigger[]; traceId: string },
): Promise<number> {
  const { events, listening, traceId } = input
  const verdicts = matchEvents(events, listening).filter(({ decision }) => decision !== 'not_matched')
  let created = 0
  for (let start = 0; start < verdicts.length; start += HAND_OFFS_AT_ONCE) {
    const part = verdicts.slice(start, start + HAND_OFFS_AT_ONCE)
    const wanted = part.map((verdict, at) => ({ key: `${start + at}`, inboxId: null, traceId, verdicts: [verdict] }))
    const { byVerdict } = await handOff(needs, { wanted })
    const outboxIds = [...byVerdict.values()].flatMap(({ outboxId }) => outboxId ?? [])
    await kickOutbox(needs, { ids: outboxIds })
    created += outboxIds.length
  }
  return created
}

/** After a failure the group waits ever longer, at most an hour; after a refused credential an hour at once. */
async function giveBack(
  needs: PollNeeds,
  input: { group: LeasedGroup; leaseToken: string; error: unknown },
): Promise<PollReport> {
  const { group, leaseToken, error } = input
  const now = needs.clock.now()
  const told = error instanceof AppError ? `${error.code}: ${error.message}` : describeError(error)
  await noteHealth(needs, group, error)
  await failPoll(needs.db, {
    groupId: group.id,
    leaseToken,
    error: told.slice(0, 500),
    nextPollAt: later(now, waitOf(group, error)),
    now,
  })
  needs.log.warn('poll.failed', { groupId: group.id, organizationId: group.organizationId, error: told })
  return { outcome: 'failed', error: told }
}

/** What one poll learned about the connection holds for everybody who uses it. */
async function noteHealth(needs: PollNeeds, { organizationId, integrationId }: LeasedGroup, error: unknown) {
  if (integrationId === null) return
  if (ProviderUnauthorized.is(error)) await noteUnauthorized(needs, { organizationId, integrationId })
  if (ProviderRateLimited.is(error) && error.options.retryAfterMs !== undefined) {
    const until = later(needs.clock.now(), error.options.retryAfterMs)
    await noteRateLimits(needs, [{ integrationId, until }])
  }
}

function waitOf(group: LeasedGroup, error: unknown): number {
  if (ProviderUnauthorized.is(error)) return HOUR_MS
  const asked = ProviderRateLimited.is(error) ? (error.options.retryAfterMs ?? 0) : 0
  const grown = group.intervalSeconds * 1_000 * 2 ** Math.min(group.consecutiveFailures + 1, 10)
  return Math.max(asked, Math.min(grown, HOUR_MS))
}

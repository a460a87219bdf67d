import { kickOutbox, type OutboxNeeds } from '#domain/automations'
import {
  findIntegrationModule,
  type IntegrationRow,
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
import { handOff, type HandOffNeeds, recordRefused } from '../hand-off.ts'
import { type ConfiguredTrigger, configureTrigger, leadsToEvent, matchEvents } from '../match-events.ts'
import { listPollingTriggers } from '../active-triggers.store.ts'
import { completeEvents, type Stopped } from './complete-events.ts'
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
 * One cycle of one group: one poll of the provider whatever the number of triggers, all of them asked in memory, and
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
  const found = { events: isBaseline ? [] : polled.events, credential: polled.credential }
  const { events, stopped } = await completeEvents(needs, { group, listening, ...found })
  const { created, refused } = await handOffEvents(needs, { events, listening, traceId: message.traceId })
  if (stopped) return putBack(needs, { group, leaseToken, ...stopped, log: 'poll.not_completed' })
  const now = needs.clock.now()
  const leftOut = polled.leftOut?.slice(0, 500) ?? null
  const waitSeconds = Math.max(group.intervalSeconds, polled.backoffSeconds ?? 0)
  const settled = await settlePoll(needs.db, {
    groupId,
    leaseToken,
    // Null would make the next poll a baseline again, and lose what happened in between.
    cursor: polled.nextCursor ?? {},
    error: refused === 0 ? leftOut : `run_create_failed: ${refused} of what the events start could not be stored`,
    nextPollAt: later(now, waitSeconds * 1_000),
    now,
  })
  if (!settled) return { outcome: 'lease_lost' }
  return { outcome: isBaseline ? 'baseline' : 'polled', events: found.events.length, created }
}

type Answer = ({ ok: true; credential: Credential | null } & Polled) | { ok: false; error: unknown }

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
    if (credential && credential.integration.authFailures > 0) await noteAuthorized(needs, idsOf(credential.integration))
    return { ok: true, credential, ...polled }
  } catch (error) {
    return { ok: false, error }
  }
}

interface Credential {
  integration: IntegrationRow
  token: string
}

const idsOf = ({ organizationId, id: integrationId }: IntegrationRow) => ({ organizationId, integrationId })

async function credentialOf(needs: PollNeeds, group: LeasedGroup, polling: Polling): Promise<Credential | null> {
  const { organizationId, integrationId, provider } = group
  if (!polling.needsToken || integrationId === null) return null
  const integration = await requireIntegration(needs, { organizationId, integrationId, of: provider, mayRest: false })
  const retryAfterMs = Number(integration.rateLimitedUntil ?? 0) - Number(needs.clock.now())
  if (retryAfterMs > 0) throw ProviderRateLimited({ retryAfterMs })
  const token = await needs.integrationTokens.tokenOf(integration)
  return { integration, token }
}

/**
 * In parts of bounded size; a crash between two of them is harmless, since the cursor has not moved. What the database
 * refuses leaves a trace, since no other cycle tells of it.
 */
async function handOffEvents(
  needs: PollNeeds,
  input: { events: Polled['events']; listening: ConfiguredTrigger[]; traceId: string },
): Promise<{ created: number; refused: number }> {
  const { events, listening, traceId } = input
  const verdicts = matchEvents(events, listening).filter(leadsToEvent)
  const total = { created: 0, refused: 0 }
  for (let start = 0; start < verdicts.length; start += HAND_OFFS_AT_ONCE) {
    const part = verdicts.slice(start, start + HAND_OFFS_AT_ONCE)
    const wanted = part.map((verdict, at) => ({ key: `${start + at}`, inboxId: null, traceId, verdicts: [verdict] }))
    const { byVerdict, refused } = await handOff(needs, { wanted })
    await recordRefused(needs, { wanted: wanted.filter(({ key }) => refused.has(key)) })
    const outboxIds = [...byVerdict.values()].flatMap(({ outboxId }) => outboxId ?? [])
    await kickOutbox(needs, { ids: outboxIds })
    total.created += outboxIds.length
    total.refused += refused.size
  }
  return total
}

/** After a failure the group waits ever longer, at most an hour; after a refused credential an hour at once. */
async function giveBack(
  needs: PollNeeds,
  input: { group: LeasedGroup; leaseToken: string; error: unknown },
): Promise<PollReport> {
  const { group, leaseToken, error } = input
  const told = error instanceof AppError ? `${error.code}: ${error.message}` : describeError(error)
  await noteHealth(needs, group, error)
  const until = later(needs.clock.now(), waitOf(group, error))
  return putBack(needs, { group, leaseToken, error: told, until, log: 'poll.failed' })
}

/** Gives the group back with its cursor where it was. */
async function putBack(
  needs: PollNeeds,
  input: { group: LeasedGroup; leaseToken: string; log: string } & Stopped,
): Promise<PollReport> {
  const { group, leaseToken, error, until, log } = input
  const now = needs.clock.now()
  const usual = later(now, grownWait(group))
  await failPoll(needs.db, {
    groupId: group.id,
    leaseToken,
    error: error.slice(0, 500),
    nextPollAt: until ?? usual,
    now,
  })
  needs.log.warn(log, { groupId: group.id, organizationId: group.organizationId, error })
  return { outcome: 'failed', error }
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
  return Math.max(asked, grownWait(group))
}

const grownWait = ({ intervalSeconds, consecutiveFailures }: LeasedGroup) =>
  Math.min(intervalSeconds * 1_000 * 2 ** Math.min(consecutiveFailures + 1, 10), HOUR_MS)

import { findAutomation } from '#domain/automations'
import { type Actor, authorize } from '#domain/identity'
import { findIntegrationModule, identifyConnections, type WebhookReader } from '#domain/integrations'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest } from '#kernel/ports'
import type { TestSource, TestTriggerDraft, TriggerTest } from '#schema/contracts/trigger-tests'
import type { ActiveTrigger } from '../active-triggers.store.ts'
import { contentIdOf } from '../endpoints/content-id.ts'
import { DeliveryNotFound, TriggerNotFound, TriggerNotTestable } from '../errors.ts'
import { nameOf, type Owner, ownerOf } from '../inbox/find-owners.ts'
import type { ClaimedRow } from '../inbox/inbox.store.ts'
import { listensTo, thinOf } from '../inbox/judge-readings.ts'
import type { HashedBody } from '../inbox/read-body.ts'
import { type Reading, readRow } from '../inbox/read-row.ts'
import { configureTrigger, matchEvents, type Verdict } from '../match-events.ts'
import { findTriggerRow } from '../triggers.store.ts'
import { findDeliveryRow, knownKeys } from './deliveries.store.ts'

type Needs = Pick<Kernel, 'db' | 'clock' | 'ids' | 'log'> & { digest: Digest; blobs: Blobs }

/** An automation that stands for "this one", for a trigger that has none yet. */
const NOWHERE = { automationName: 'this automation', automationEnabled: true }

/**
 * What a saved trigger would make of a delivery or of a payload; nothing is started or written. A trigger that is off is
 * tried as if it were on. Throws `trigger.not_found`, `delivery.not_found`, `trigger.not_testable`, and
 * `auth.forbidden`.
 */
export async function testTrigger(
  needs: Needs,
  input: { actor: Actor; triggerId: string; source: TestSource },
): Promise<TriggerTest> {
  const { actor, triggerId, source } = input
  const { organizationId } = actor
  authorize(actor, 'read', 'trigger')
  const known = await findTriggerRow(needs.db, organizationId, triggerId)
  if (!known) throw TriggerNotFound()
  authorize(actor, 'test', 'trigger')
  const { automationId } = known.trigger
  const { name: automationName, enabled: automationEnabled } = await findAutomation(needs, { actor, automationId })
  const trigger = { ...known.trigger, automationName, automationEnabled }
  const tried = await tryOn(needs, { trigger, source, reader: readerOf(trigger) })
  const refusal = whyUnheard(trigger, tried)
  const verdicts = refusal === null ? tried.verdicts : tried.verdicts.map((one) => ({ ...one, ...refusal }))
  const keys = verdicts.flatMap(({ event }) => keysOf(event))
  const seen = keys.length === 0 ? new Set<string>() : await knownKeys(needs.db, organizationId, { triggerId, keys })
  return told(tried, verdicts.map((one) => repeated(one, seen)))
}

/**
 * The same for a trigger that is not saved yet, and has neither an address nor a connection of its own: any delivery is
 * taken as if it came for it. A configuration or filter that is not valid is a decision, not an error. Throws
 * `delivery.not_found`, `trigger.not_testable`, and `auth.forbidden`.
 */
export async function testTriggerDraft(
  needs: Needs,
  input: { actor: Actor; draft: TestTriggerDraft },
): Promise<TriggerTest> {
  const { actor, draft } = input
  authorize(actor, 'test', 'trigger')
  const { source, ...wanted } = draft
  const id = needs.ids.next()
  const { organizationId } = actor
  const trigger = { ...wanted, ...NOWHERE, id, organizationId, automationId: id, integrationId: null }
  const tried = await tryOn(needs, { trigger, source, reader: readerOf(trigger) })
  return told(tried, tried.verdicts)
}

function readerOf({ provider }: ActiveTrigger): WebhookReader {
  const reader = findIntegrationModule(provider)?.triggers.webhook
  if (reader) return reader
  throw TriggerNotTestable({ detail: `${provider} sends no webhooks that could be tried` })
}

interface Tried {
  reading: Reading
  owner: Owner
  verdicts: Tested[]
  /** Whether the consumer would ask the service for the rest of the events. */
  isIncomplete: boolean
}
type Tested = Omit<Verdict, 'decision'> & { decision: TriggerTest['decisions'][number]['decision'] }

/** As the consumer reads it, except that nobody is called and nothing is learned from it. */
async function tryOn(
  needs: Needs,
  input: { trigger: ActiveTrigger; source: TestSource; reader: WebhookReader },
): Promise<Tried> {
  const { trigger, source } = input
  const { row, body } =
    'deliveryId' in source
      ? await recorded(needs, { trigger, id: source.deliveryId })
      : await pasted(needs, { ...input, source })
  const reading = await readRow(needs, row, body)
  const [integrations = []] = (await identifyConnections(needs, nameOf(reading))).values()
  const owner = ownerOf(reading, integrations)
  const configured = configureTrigger(trigger)
  const verdicts = matchEvents(reading.kind === 'events' ? reading.events : [], [configured])
  return { reading, owner, verdicts, isIncomplete: thinOf({ reading, owner }, [configured]) !== null }
}

/** Null when the trigger would be asked about it at all. */
function whyUnheard(trigger: ActiveTrigger, { reading, owner }: Tried): Pick<Tested, 'decision' | 'reason'> | null {
  if (listensTo(trigger, reading, owner)) return null
  const reason =
    reading.identity?.kind === 'trigger'
      ? 'it came to the address of another trigger'
      : 'it is of another connection than the one that the trigger listens to'
  return { decision: 'not_matched', reason }
}

const keysOf = ({ dedupKey, earlierKeys = [] }: Verdict['event']) => [dedupKey, ...earlierKeys]

const repeated = (one: Tested, seen: ReadonlySet<string>): Tested =>
  one.decision === 'matched' && keysOf(one.event).some((key) => seen.has(key))
    ? { ...one, decision: 'duplicate', reason: 'this event has been there already' }
    : one

const told = ({ reading, isIncomplete }: Tried, verdicts: Tested[]): TriggerTest => ({
  events: verdicts.map(({ event }) => event),
  reason: reading.kind === 'events' ? reading.reason : ((reading.kind === 'failed' && reading.detail) || reading.error),
  isIncomplete,
  decisions: verdicts.map(({ event, decision, reason }) => ({
    eventTitle: event.title,
    eventType: event.eventType,
    dedupKey: event.dedupKey,
    decision,
    reason: isIncomplete && decision === 'not_matched' ? `${reason} (not completed from the service)` : reason,
  })),
})

interface Arrived {
  row: ClaimedRow
  body: HashedBody | undefined
}

/** A payload as if it came now: for this trigger where that has an address of its own, else for the organization. */
async function pasted(
  needs: Needs,
  input: { trigger: ActiveTrigger; source: Exclude<TestSource, { deliveryId: string }>; reader: WebhookReader },
): Promise<Arrived> {
  const { trigger, source, reader } = input
  const named = Object.entries(source.headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const { eventType, deliveryId } = reader.identify(Object.fromEntries(named))
  const payload = source.payload ?? null
  const text = JSON.stringify(payload)
  const now = needs.clock.now()
  const row = {
    ...UNTRIED,
    id: needs.ids.next(),
    organizationId: trigger.organizationId,
    ingress: 'endpoint',
    identity: isOfTriggers(reader) ? { kind: 'trigger' as const, value: trigger.id } : null,
    provider: trigger.provider,
    deliveryId: deliveryId ?? (await contentIdOf(needs.digest, text, now)),
    eventType,
    headers: Object.fromEntries(named.filter(([name]) => reader.keptHeaders.includes(name))),
    payload: text,
    payloadRef: null,
    receivedAt: now.toISOString(),
  }
  // It is JSON already, whatever the headers say of the form that the provider would send it in.
  return { row, body: { body: { ok: true, payload }, bodyHash: await needs.digest.sha256(text) } }
}

const isOfTriggers = ({ addresses }: WebhookReader) => addresses.every((address) => address === 'trigger')

const UNTRIED = { traceId: '', attempt: 0, waiting: 0 }

async function recorded(needs: Needs, input: { trigger: ActiveTrigger; id: string }): Promise<Arrived> {
  const { trigger, id } = input
  const row = await findDeliveryRow(needs.db, trigger.organizationId, id)
  if (!row) throw DeliveryNotFound()
  if (row.provider !== trigger.provider) {
    throw TriggerNotTestable({ detail: `The delivery is of ${row.provider}, the trigger listens to ${trigger.provider}` })
  }
  const { identityKind, identityValue, ...rest } = row
  const identity =
    identityKind === null || identityValue === null
      ? null
      : { kind: identityKind as 'trigger' | 'integration' | 'connection', value: identityValue }
  return { row: { ...rest, ...UNTRIED, identity, receivedAt: row.receivedAt.toISOString() }, body: undefined }
}

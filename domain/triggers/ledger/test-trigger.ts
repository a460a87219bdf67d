import { type Actor, authorize } from '#domain/identity'
import { findIntegrationModule, type WebhookReader } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest } from '#kernel/ports'
import type { TestSource, TestTriggerDraft, TriggerTest } from '#schema/contracts/trigger-tests'
import type { NormalizedEvent, TriggerProvider } from '#schema/contracts/triggers'
import { DeliveryNotFound, TriggerNotFound, TriggerNotTestable } from '../errors.ts'
import { configureTrigger, matchEvents } from '../match-events.ts'
import { readBody, textOf } from '../inbox/read-body.ts'
import type { ActiveTrigger } from '../active-triggers.store.ts'
import { findTriggerRow } from '../triggers.store.ts'
import { findDeliveryRow, knownKeys } from './deliveries.store.ts'

type Needs = Pick<Kernel, 'db' | 'clock' | 'ids'> & { digest: Digest; blobs: Blobs }

/** An automation that stands for "this one", for a trigger that has none yet. */
const NOWHERE = { automationName: 'this automation', automationEnabled: true }

/**
 * What a saved trigger would make of a delivery or of a payload; nothing is started or written. Throws
 * `trigger.not_found`, `delivery.not_found`, `trigger.not_testable`, and `auth.forbidden`.
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
  const { trigger } = known
  const test = await tryOn(needs, { organizationId, trigger: { ...trigger, ...NOWHERE }, source })
  const keys = test.events.map(({ dedupKey }) => dedupKey)
  const seen = keys.length === 0 ? new Set() : await knownKeys(needs.db, organizationId, { triggerId, keys })
  const decisions = test.decisions.map((one) =>
    one.decision === 'matched' && seen.has(one.dedupKey)
      ? { ...one, decision: 'duplicate' as const, reason: 'this event has been there already' }
      : one,
  )
  return { ...test, decisions }
}

/**
 * The same for a trigger that is not saved yet. A configuration or filter that is not valid is a decision, not an error.
 * Throws `delivery.not_found`, `trigger.not_testable`, and `auth.forbidden`.
 */
export async function testTriggerDraft(
  needs: Needs,
  input: { actor: Actor; draft: TestTriggerDraft },
): Promise<TriggerTest> {
  const { actor, draft } = input
  authorize(actor, 'test', 'trigger')
  const { source, ...wanted } = draft
  const { organizationId } = actor
  const id = needs.ids.next()
  const trigger = { ...wanted, ...NOWHERE, id, organizationId, automationId: id, integrationId: null }
  return tryOn(needs, { organizationId, trigger, source })
}

async function tryOn(
  needs: Needs,
  input: { organizationId: string; trigger: ActiveTrigger; source: TestSource },
): Promise<TriggerTest> {
  const { trigger } = input
  const reader = findIntegrationModule(trigger.provider)?.triggers.webhook
  if (!reader) throw TriggerNotTestable({ detail: `${trigger.provider} sends no webhooks that could be tried` })
  const read = await eventsOf(needs, { ...input, reader })
  if (!read.ok) return { events: [], reason: read.reason, decisions: [] }
  const verdicts = matchEvents(read.events, [configureTrigger(trigger)])
  return {
    events: read.events,
    reason: read.events.length === 0 ? 'unsupported_event' : null,
    decisions: verdicts.map(({ event, decision, reason }) => ({
      eventTitle: event.title,
      eventType: event.eventType,
      dedupKey: event.dedupKey,
      decision,
      reason,
    })),
  }
}

interface Received {
  payload: unknown
  text: string
  headers: Record<string, string>
  eventType: string
  deliveryId: string
  receivedAt: string
}

async function eventsOf(
  needs: Needs,
  input: { organizationId: string; trigger: ActiveTrigger; source: TestSource; reader: WebhookReader },
): Promise<{ ok: true; events: NormalizedEvent[] } | { ok: false; reason: string }> {
  const { source, reader } = input
  const received = 'deliveryId' in source ? await recorded(needs, { ...input, id: source.deliveryId }) : pasted(needs, input)
  if (received === null) return { ok: false, reason: 'invalid_json' }
  const { text, ...about } = received
  try {
    const parsed = reader.parse({ ...about, bodyHash: await needs.digest.sha256(text) })
    return parsed.ok ? parsed : { ok: false, reason: parsed.detail }
  } catch (error) {
    return { ok: false, reason: describeError(error) }
  }
}

function pasted(needs: Needs, input: { source: TestSource; reader: WebhookReader }): Received {
  const { source, reader } = input
  if ('deliveryId' in source) throw new TypeError('A delivery of the ledger is not pasted')
  const headers = Object.fromEntries(Object.entries(source.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const text = JSON.stringify(source.payload ?? null)
  const { eventType, deliveryId } = reader.identify(headers)
  return {
    payload: source.payload ?? null,
    text,
    headers,
    eventType,
    deliveryId: deliveryId ?? `test-${needs.ids.next()}`,
    receivedAt: needs.clock.now().toISOString(),
  }
}

async function recorded(
  needs: Needs,
  input: { organizationId: string; id: string; trigger: { provider: TriggerProvider | string }; reader: WebhookReader },
): Promise<Received | null> {
  const row = await findDeliveryRow(needs.db, input.organizationId, input.id)
  if (!row) throw DeliveryNotFound()
  if (row.provider !== input.trigger.provider) {
    throw TriggerNotTestable({ detail: `The delivery is of ${row.provider}, the trigger listens to ${input.trigger.provider}` })
  }
  const text = row.payload ?? textOf((row.payloadRef && (await needs.blobs.get(row.payloadRef))) || new Uint8Array())
  const body = readBody(text, input.reader, row.headers)
  if (!body.ok || text === null) return null
  const { headers, eventType, deliveryId } = row
  return { payload: body.payload, text, headers, eventType, deliveryId, receivedAt: row.receivedAt.toISOString() }
}

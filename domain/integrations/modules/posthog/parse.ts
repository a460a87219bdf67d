import { Instant } from '#schema/contracts/common'
import type { Parsed, WebhookPayload } from '../../contract.ts'
import { boundedFields } from '../common/bounded-json.ts'
import { cutTitle, presentOnly } from '../common/reading.ts'
import { webUrl } from '../common/web-url.ts'
import type { PosthogContext } from './context.ts'
import { PosthogPayload } from './payloads.ts'

const MAX_KEY_CHARACTERS = 500

/** Reads one delivery into one event. Pure. */
export function parsePosthog(input: WebhookPayload): Parsed {
  const read = PosthogPayload.safeParse(input.payload)
  if (!read.success) return { ok: false, detail: 'event: neither the name of an event nor an event is there' }
  const payload = read.data
  const action = actionOf(payload)
  const about = payload.person?.name ?? payload.distinct_id
  return {
    ok: true,
    events: [
      {
        provider: 'posthog',
        eventType: action === null ? 'event_received' : 'action_performed',
        providerEventType: payload.event,
        occurredAt: Instant.safeParse(payload.timestamp).data ?? input.receivedAt,
        dedupKey: dedupKeyOf(payload, input),
        title: cutTitle(`${action || payload.event}${about ? ` by ${about}` : ''}`),
        url: webUrl(payload.url),
        context: { posthog: contextOf(payload, action) },
      },
    ],
  }
}

/** The name of the action; empty when the delivery is of an action that it does not name. */
function actionOf(payload: PosthogPayload): string | null {
  if ('hookEvent' in payload && payload.hookEvent === 'action_performed') return payload.action ?? ''
  return payload.action || null
}

/** Two different events without a time and an id are told apart by the delivery. */
function dedupKeyOf(payload: PosthogPayload, input: WebhookPayload): string {
  const { uuid, event, distinct_id: distinctId, timestamp } = payload
  const key = uuid ? `posthog:${uuid}` : `posthog:${event}:${distinctId ?? ''}:${timestamp ?? input.deliveryId}`
  return key.length <= MAX_KEY_CHARACTERS ? key : `posthog:${input.bodyHash}`
}

function contextOf(payload: PosthogPayload, action: string | null): PosthogContext {
  const { person } = payload
  const properties = boundedFields(payload.properties ?? {})
  const personProperties = person?.properties ? boundedFields(person.properties) : null
  const present = presentOnly({
    action: action || null,
    uuid: payload.uuid,
    distinctId: payload.distinct_id,
    timestamp: payload.timestamp,
    eventUrl: webUrl(payload.url),
    project: payload.project,
    personName: person?.name,
    personUrl: webUrl(person?.url),
    personProperties: personProperties?.value,
    truncated: properties.cut || personProperties?.cut ? true : null,
  })
  return { ...present, event: payload.event, properties: properties.value }
}

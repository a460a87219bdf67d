import type { Parsed, WebhookPayload } from '../../contract.ts'
import { boundedJson } from '../common/bounded-json.ts'
import { webUrl } from '../common/web-url.ts'
import type { CustomContext } from './context.ts'

const BUCKET_MS = 5 * 60_000
const MAX_TITLE_CHARACTERS = 200
/** Where senders usually say what happened, the most telling first. */
const TITLE_FIELDS = ['title', 'subject', 'summary', 'headline', 'message', 'text', 'description', 'name']
const KIND_FIELDS = ['event', 'event_type', 'eventType', 'type', 'action']
const URL_FIELDS = ['url', 'html_url', 'htmlUrl', 'web_url', 'webUrl', 'link', 'permalink']

/** Reads whatever was sent into one event. Pure; any JSON will do. */
export function parseCustom({ payload, headers, bodyHash, receivedAt, eventType }: WebhookPayload): Parsed {
  const { value, cut } = boundedJson(payload)
  const context: CustomContext = { payload: value, headers, ...(cut ? { truncated: true as const } : {}) }
  const bucket = Math.floor(Date.parse(receivedAt) / BUCKET_MS)
  const keyOf = (one: number) => `custom:${bodyHash}:${one}`
  return {
    ok: true,
    events: [
      {
        provider: 'custom',
        eventType: 'webhook_received',
        providerEventType: eventType,
        occurredAt: receivedAt,
        dedupKey: keyOf(bucket),
        // What was sent at the end of one five minutes and again at the start of the next is the same, in whichever order
        // the two are processed.
        earlierKeys: [keyOf(bucket - 1), keyOf(bucket + 1)],
        title: titleOf(value),
        url: urlOf(value),
        context: { custom: context },
      },
    ],
  }
}

function titleOf(payload: unknown): string {
  if (typeof payload === 'string') return oneLine(payload) || 'Webhook received'
  const title = textIn(payload, TITLE_FIELDS)
  const kind = textIn(payload, KIND_FIELDS)
  return title ?? (kind === null ? 'Webhook received' : `Webhook received: ${kind}`)
}

const urlOf = (payload: unknown) =>
  URL_FIELDS.map((name) => webUrl(fieldOf(payload, name))).find((url) => url !== null) ?? null

function textIn(payload: unknown, names: string[]): string | null {
  for (const name of names) {
    const text = fieldOf(payload, name)
    if (typeof text === 'string' && oneLine(text) !== '') return oneLine(text)
  }
  return null
}

function fieldOf(payload: unknown, name: string): unknown {
  const isObject = payload !== null && typeof payload === 'object' && !Array.isArray(payload)
  return isObject ? (payload as Record<string, unknown>)[name] : undefined
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_TITLE_CHARACTERS)

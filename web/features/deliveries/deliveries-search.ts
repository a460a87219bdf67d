import { z } from 'zod'
import { DeliveryFilter } from '#schema/contracts/deliveries'

const HOUR_MS = 3_600_000

/** Stretches of time that end now, and how long they are: what has ended is deleted after seven days. */
export const LAST = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS } as const
export type Last = keyof typeof LAST

/** A minute as a form field gives it, where the reader is. */
const LocalMinute = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/)
  .refine((minute) => !Number.isNaN(Date.parse(minute)))

/** A word of digits alone arrives as a number. */
const text = (value: unknown) => (typeof value === 'number' ? String(value) : value)

/** The filter in the page's address; what is no filter is ignored. `last` wins over `from` and `to`. */
export const DeliveriesSearch = z.object({
  status: DeliveryFilter.shape.status.catch(undefined),
  result: DeliveryFilter.shape.result.catch(undefined),
  provider: DeliveryFilter.shape.provider.catch(undefined),
  event: z.preprocess(text, DeliveryFilter.shape.eventType).catch(undefined),
  last: z.enum(['1h', '24h', '7d']).optional().catch(undefined),
  from: LocalMinute.optional().catch(undefined),
  to: LocalMinute.optional().catch(undefined),
  q: z.preprocess(text, DeliveryFilter.shape.q).catch(undefined),
  /** What one WHEN of an automation was asked about. */
  trigger: DeliveryFilter.shape.triggerId.catch(undefined),
})
export type DeliveriesSearch = z.infer<typeof DeliveriesSearch>

/** The same for the API, `now` being the end of a stretch that ends now. */
export function filterOf(search: DeliveriesSearch, now: number): DeliveryFilter {
  const { status, result, provider, event: eventType, trigger: triggerId, q } = search
  const wanted = { status, result, provider, eventType, triggerId, q, ...timeOf(search, now) }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}

function timeOf({ last, from, to }: DeliveriesSearch, now: number): Pick<DeliveryFilter, 'from' | 'to'> {
  if (last !== undefined) return { from: new Date(now - LAST[last]).toISOString() }
  return { from: instantOf(from), to: instantOf(to) }
}

/** Without a zone the text is read as local time. */
const instantOf = (minute: string | undefined) => (minute === undefined ? undefined : new Date(minute).toISOString())

/** A moment as a form field for date and time takes it. */
export function localMinuteOf(at: number): string {
  const offsetMs = new Date(at).getTimezoneOffset() * 60_000
  return new Date(at - offsetMs).toISOString().slice(0, 16)
}

/** How many things narrow the list; a stretch of time is one. */
export function countFilters(search: DeliveriesSearch): number {
  const { status, result, provider, event, q, trigger, last, from, to } = search
  return [status, result, provider, event, q, trigger, last ?? from ?? to].filter((value) => value !== undefined).length
}

/** A stretch of this length before the end of the filter, or before now. */
export function lastOf(last: Last, { to }: DeliveryFilter, now: number): { from: string; to: string } {
  const end = to === undefined ? now : Date.parse(to)
  return { from: new Date(end - LAST[last]).toISOString(), to: new Date(end).toISOString() }
}

/** The stretch of time that a replay of many takes: from where the filter starts, up to its end or to now. */
export function stretchOf(filter: DeliveryFilter, now: number): { from: string; to: string } | null {
  return filter.from === undefined ? null : { from: filter.from, to: filter.to ?? new Date(now).toISOString() }
}

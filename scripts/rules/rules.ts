import { z } from 'zod'
import { configureFilter } from '../../domain/triggers/filters/configure-filter.ts'
import { nextFirings } from '../../domain/triggers/schedules/next-firings.ts'
import { Instant } from '../../schema/contracts/common.ts'
import { Filter } from '../../schema/contracts/filters.ts'
import type { NormalizedEvent } from '../../schema/contracts/triggers.ts'
import { matchRule } from './match-rule.ts'
import { readPayload, Received } from './read-payload.ts'
import { Refused, type Rule, rule, under } from './rule.ts'

const filterRule = rule(
  z.strictObject({
    filter: Filter,
    event: z.record(z.string(), z.unknown()).meta({ description: 'What is asked about: an event, or any object.' }),
  }),
  ({ filter, event }) => {
    const configured = configureFilter(filter)
    if (!configured.ok) throw new Refused(under('filter', configured.issues))
    const explained = configured.matches(event as NormalizedEvent)
    return explained.matched ? { matched: true, reason: null, clause: null } : explained
  },
)

const scheduleRule = rule(
  z.strictObject({
    cron: z.string(),
    zone: z.string().default('UTC'),
    from: Instant,
    count: z.number().int().min(1).max(100).default(5),
  }),
  ({ from, ...asked }) => {
    const firings = nextFirings({ ...asked, from: new Date(from) })
    if (firings.ok) return { instants: firings.instants }
    const names: Record<string, string> = { cronExpression: 'cron', timezone: 'zone' }
    throw new Refused(firings.issues.map(({ path, message }) => ({ path: names[path] ?? path, message })))
  },
)

const dedupRule = rule(Received, async (received) => {
  const { events, reason } = await readPayload(received)
  const earlierKeys = events.flatMap((event) => event.earlierKeys ?? [])
  return { keys: events.map(({ dedupKey }) => dedupKey), earlierKeys, reason }
})

/** Every rule, by the name it is asked by. */
export const rules: ReadonlyMap<string, Rule> = new Map([
  ['match', matchRule],
  ['filter', filterRule],
  ['schedule', scheduleRule],
  ['dedup', dedupRule],
])

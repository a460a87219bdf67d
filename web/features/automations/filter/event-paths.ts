import { useQuery } from '@tanstack/react-query'
import type { NormalizedEvent, TriggerProvider } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../../client.ts'
import { useMay, useOrganizationId } from '../../identity/me.ts'
import { recentDeliveriesQuery } from '../queries.ts'

/** What every event has. */
const COMMON = ['title', 'url', 'occurredAt', 'providerEventType']
const MAX_PATHS = 200
const MAX_DEPTH = 8
const PLAIN_NAME = /^[A-Za-z_][\w-]*$/

/** Every path of an event that a filter can name; `[*]` stands for any entry of a list. */
export function pathsOf({ context }: Pick<NormalizedEvent, 'context'>): string[] {
  const paths = new Set(COMMON)
  const visit = (value: unknown, path: string, depth: number) => {
    if (depth > MAX_DEPTH || paths.size >= MAX_PATHS) return
    if (Array.isArray(value)) for (const entry of value) visit(entry, `${path}[*]`, depth + 1)
    else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        if (PLAIN_NAME.test(name)) visit(part, `${path}.${name}`, depth + 1)
      }
    } else paths.add(path)
  }
  visit(context, 'context', 0)
  return [...paths]
}

interface About {
  provider: TriggerProvider
  eventType: string
  /** Whether anybody wants to know. */
  enabled: boolean
}

/** Paths to suggest: those of the newest event that the service sent, else what every event has. */
export function useEventPaths({ provider, eventType, enabled }: About): readonly string[] {
  const organizationId = useOrganizationId()
  const mayTry = useMay('triggers:test')
  const isAsked = enabled && mayTry
  const recent = useQuery({ ...recentDeliveriesQuery(organizationId, provider), enabled: isAsked })
  const newest = recent.data?.items.find(({ outcome }) => outcome !== null && outcome.events > 0)
  const tried = useQuery({
    queryKey: [organizationId, 'event-of', newest?.id, eventType],
    queryFn: ({ signal }) => {
      const source = { deliveryId: newest?.id ?? '' }
      const body = { provider, eventType, config: {}, filter: null, source }
      return call(endpoints.triggers.testDraft, { body, signal })
    },
    enabled: isAsked && newest !== undefined,
    retry: false,
  })
  const event = tried.data?.events[0]
  return event === undefined ? COMMON : pathsOf(event)
}

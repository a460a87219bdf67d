import { z } from 'zod'
import { contextReader } from '../common/context-reader.ts'

/** What a run and its agent are told of an event in PostHog. */
export const PosthogContext = z.object({
  event: z.string(),
  /** The action that the event stands for, where the delivery names one. */
  action: z.string().optional(),
  uuid: z.string().optional(),
  distinctId: z.string().optional(),
  timestamp: z.string().optional(),
  eventUrl: z.string().optional(),
  project: z.string().optional(),
  personName: z.string().optional(),
  personUrl: z.string().optional(),
  personProperties: z.record(z.string(), z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()),
  /** Set when not all properties fitted. */
  truncated: z.literal(true).optional(),
})
export type PosthogContext = z.infer<typeof PosthogContext>

/** The PostHog part of an event's context. Throws when the event is not one of this module's. */
export const posthogContextOf = contextReader('posthog', PosthogContext)

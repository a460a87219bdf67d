import { z } from 'zod'
import { contextReader } from '../common/context-reader.ts'

/** What a run and its agent are told of a webhook of anybody: what was sent. */
export const CustomContext = z.object({
  /** The body as JSON; the fields of a form as an object. */
  payload: z.unknown(),
  headers: z.record(z.string(), z.string()),
  /** Set when not all of the body fitted. */
  truncated: z.literal(true).optional(),
})
export type CustomContext = z.infer<typeof CustomContext>

/** The part of an event's context that is a custom webhook's. Throws when the event is not one of this module's. */
export const customContextOf = contextReader('custom', CustomContext)

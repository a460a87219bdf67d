import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'

/** When a scheduled trigger fires; missed occurrences collapse into one (a2 §2.10). */
export const Schedule = z.object({
  id: Id,
  automationId: Id,
  triggerId: Id,
  name: z.string().nullable(),
  cronExpression: z.string(),
  timezone: z.string(),
  enabled: z.boolean(),
  lastRunAt: Instant.nullable(),
  /** Null when the expression never fires again. */
  nextRunAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Schedule = z.infer<typeof Schedule>

const name = z.string().trim().min(1).max(200).nullable()
/** Five fields; a minute is the shortest beat. */
const cronExpression = z.string().trim().min(1).max(200)
/** A name of the IANA time zone database, for example Europe/Berlin. */
const timezone = z.string().trim().min(1).max(100)

export const CreateSchedule = z.strictObject({
  name: name.default(null),
  cronExpression,
  timezone: timezone.default('UTC'),
  enabled: z.boolean().default(true),
})
export type CreateSchedule = z.infer<typeof CreateSchedule>

/** What is left out stays as it is. */
export const UpdateSchedule = z.strictObject({
  name: name.optional(),
  cronExpression: cronExpression.optional(),
  timezone: timezone.optional(),
  enabled: z.boolean().optional(),
})
export type UpdateSchedule = z.infer<typeof UpdateSchedule>

export const PreviewSchedule = z.strictObject({
  cronExpression,
  timezone: timezone.default('UTC'),
  count: z.number().int().min(1).max(20).default(5),
})
export type PreviewSchedule = z.infer<typeof PreviewSchedule>
/** The next firings, soonest first; fewer than asked for when the expression has no more. */
export const SchedulePreview = z.object({ instants: z.array(Instant) })

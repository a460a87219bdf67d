import { z } from 'zod'
import { type IntegrationModule, type Match, triggerType } from '../../contract.ts'

/** Whether the two make sense together is decided where schedules are stepped through (domain/triggers/schedules). */
const ScheduleConfig = z.strictObject({
  cronExpression: z.string().trim().min(1).max(200).meta({
    title: 'Cron expression',
    description:
      'Minute, hour, day of month, month and day of week, for example 0 9 * * MON-FRI; or an alias such as @daily.',
  }),
  timezone: z.string().trim().min(1).max(100).default('UTC').meta({
    title: 'Time zone',
    description: 'The zone the expression is read in, as in the IANA database, for example Europe/Berlin.',
  }),
})

/**
 * The clock: its events are made when a schedule is due. Their context has `scheduled` with `scheduleId`, `dueAt`,
 * `cronExpression` and `timezone`.
 */
export const scheduled: IntegrationModule = {
  meta: { id: 'scheduled', name: 'Schedule', description: 'Runs at the times of a cron expression.' },
  triggers: {
    types: [
      triggerType({
        id: 'schedule_fired',
        title: 'On a schedule',
        description: 'The clock reaches a time of the cron expression; times that were missed start one run, not many.',
        mechanisms: ['scheduled'],
        schema: ScheduleConfig,
        matches: ({ eventType }): Match =>
          eventType === 'schedule_fired'
            ? { matched: true }
            : { matched: false, reason: `the event is ${eventType}, this listens to the clock` },
      }),
    ],
  },
}

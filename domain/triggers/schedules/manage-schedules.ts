import { findAutomation } from '#domain/automations'
import { type Actor, authorize } from '#domain/identity'
import { requireUnchanged } from '#kernel/etag'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { Digest } from '#kernel/ports'
import type { PageQuery } from '#schema/contracts/common'
import type { CreateSchedule, PreviewSchedule, Schedule, UpdateSchedule } from '#schema/contracts/schedules'
import { deleteTrigger, updateTrigger } from '../change-trigger.ts'
import { createTrigger, type TriggerNeeds } from '../create-trigger.ts'
import { ScheduleNotFound } from '../errors.ts'
import type { EndpointCopies } from '../ports.ts'
import { invalidTrigger } from '../trigger-config.ts'
import { nextFirings } from './next-firings.ts'
import { editableSchedule, scheduleView } from './schedule.view.ts'
import { findScheduleRow, listScheduleRows, type ScheduleRow } from './schedules.store.ts'

/** The trigger type behind every schedule. */
const SCHEDULED = { provider: 'scheduled', triggerType: 'scheduled', eventType: 'schedule_fired' } as const

type Needs = TriggerNeeds & { digest: Digest; endpointCopies: EndpointCopies }

/** An automation's schedules, newest first. Throws `automation.not_found`. */
export async function listSchedules(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; automationId: string } & PageQuery,
): Promise<Page<Schedule>> {
  const { actor, automationId, ...page } = input
  authorize(actor, 'read', 'trigger')
  await findAutomation(needs, { actor, automationId })
  const rows = await listScheduleRows(needs.db, actor.organizationId, { automationId, page })
  return pageOf(rows, page.limit, scheduleView)
}

/**
 * Lets an automation run by the clock: makes a schedule with the trigger it stands for. Throws `automation.not_found`,
 * `auth.forbidden`, and `trigger.invalid` for an expression or a time zone that is none.
 */
export async function createSchedule(
  needs: Needs,
  input: { actor: Actor; automationId: string; schedule: CreateSchedule },
): Promise<Schedule> {
  const { actor, automationId, schedule } = input
  const { cronExpression, timezone, enabled, name } = schedule
  const trigger = await createTrigger(needs, {
    ...SCHEDULED,
    actor,
    automationId,
    config: { cronExpression, timezone },
    filter: null,
    integrationId: null,
    externalWebhookId: null,
    enabled,
    scheduleName: name,
  })
  return showSchedule(needs, { actor, scheduleId: trigger.schedule?.id ?? '' })
}

/** One schedule. Throws `schedule.not_found`, also for another organization's. */
export async function showSchedule(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; scheduleId: string },
): Promise<Schedule> {
  return scheduleView(await requireSchedule(needs, input))
}

/**
 * Changes when a schedule fires, or switches it on or off. What was missed while it was off stays missed. Throws
 * `schedule.not_found`, `auth.forbidden`, `trigger.invalid`, and `resource.changed` when it is not what `ifMatch`, the
 * If-Match header or null, says.
 */
export async function updateSchedule(
  needs: Needs,
  input: { actor: Actor; scheduleId: string; ifMatch: string | null; change: UpdateSchedule },
): Promise<Schedule> {
  const { actor, ifMatch, change } = input
  const known = await requireSchedule(needs, input)
  await requireUnchanged(needs, { view: editableSchedule(scheduleView(known)), ifMatch })
  const { cronExpression = known.cronExpression, timezone = known.timezone, enabled = known.enabled } = change
  await updateTrigger(needs, {
    actor,
    triggerId: known.triggerId,
    ifMatch: null,
    // As it was when the schedule was compared: nobody may be between that look and the write.
    unchangedSince: ifMatch === null ? null : known.triggerUpdatedAt,
    change: { config: { cronExpression, timezone }, enabled },
    renamed: change.name === undefined ? undefined : { from: known.name, to: change.name },
  })
  return showSchedule(needs, input)
}

/**
 * Deletes a schedule with its trigger. Throws `schedule.not_found`, `auth.forbidden`, `trigger.in_use`, and
 * `resource.changed` when it is not what `ifMatch`, the If-Match header or null, says.
 */
export async function deleteSchedule(
  needs: Needs,
  input: { actor: Actor; scheduleId: string; ifMatch: string | null },
): Promise<{ id: string }> {
  const { actor, scheduleId, ifMatch } = input
  const known = await requireSchedule(needs, input)
  await requireUnchanged(needs, { view: editableSchedule(scheduleView(known)), ifMatch })
  const unchangedSince = ifMatch === null ? null : known.triggerUpdatedAt
  await deleteTrigger(needs, { actor, triggerId: known.triggerId, ifMatch: null, unchangedSince })
  return { id: scheduleId }
}

/** When an expression would fire next, soonest first. Throws `trigger.invalid`. */
export function previewSchedule(
  needs: Pick<Kernel, 'clock'>,
  input: { actor: Actor; schedule: PreviewSchedule },
): { instants: string[] } {
  authorize(input.actor, 'read', 'trigger')
  const { cronExpression, timezone, count } = input.schedule
  const firings = nextFirings({ cron: cronExpression, zone: timezone, from: needs.clock.now(), count })
  if (!firings.ok) throw invalidTrigger(firings.issues)
  return { instants: firings.instants.map((instant) => instant.toISOString()) }
}

async function requireSchedule(
  needs: Pick<Kernel, 'db'>,
  { actor, scheduleId }: { actor: Actor; scheduleId: string },
): Promise<ScheduleRow & { triggerUpdatedAt: Date }> {
  authorize(actor, 'read', 'trigger')
  const row = await findScheduleRow(needs.db, actor.organizationId, scheduleId)
  if (!row) throw ScheduleNotFound()
  return row
}

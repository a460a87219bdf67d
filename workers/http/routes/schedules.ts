import {
  createSchedule,
  deleteSchedule,
  editableSchedule,
  listSchedules,
  previewSchedule,
  showSchedule,
  updateSchedule,
} from '#domain/triggers'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { ifMatchOf } from '../middleware/conditional.ts'

export function serveSchedules(api: Api): void {
  api.openapi(endpoints.schedules.list, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ...c.req.valid('query') }
    return c.json(await listSchedules(c.var.platform, input), 200)
  })
  api.openapi(endpoints.schedules.create, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), schedule: c.req.valid('json') }
    return c.json(await createSchedule(c.var.platform, input), 201)
  })
  api.openapi(endpoints.schedules.preview, (c) =>
    c.json(previewSchedule(c.var.platform, { actor: c.var.actor, schedule: c.req.valid('json') }), 200),
  )
  api.openapi(endpoints.schedules.show, async (c) => {
    const { actor } = c.var
    const schedule = await showSchedule(c.var.platform, { actor, ...c.req.valid('param') })
    c.set('editable', editableSchedule(schedule))
    return c.json(schedule, 200)
  })
  api.openapi(endpoints.schedules.update, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ifMatch: ifMatchOf(c), change: c.req.valid('json') }
    const schedule = await updateSchedule(c.var.platform, input)
    c.set('editable', editableSchedule(schedule))
    return c.json(schedule, 200)
  })
  api.openapi(endpoints.schedules.delete, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ifMatch: ifMatchOf(c) }
    return c.json(await deleteSchedule(c.var.platform, input), 200)
  })
}

import { Deleted, Id, pageOf, PageQuery } from '#schema/contracts/common'
import {
  CreateSchedule,
  PreviewSchedule,
  Schedule,
  SchedulePreview,
  UpdateSchedule,
} from '#schema/contracts/schedules'
import { body, createRoute, IdempotencyKeyHeader, IfMatchHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Schedules']
const params = z.object({ scheduleId: Id })
const ofAutomation = z.object({ automationId: Id })

export const schedules = {
  list: createRoute({
    operationId: 'listSchedules',
    summary: "List an automation's schedules",
    tags,
    method: 'get',
    path: '/api/automations/{automationId}/schedules',
    request: { params: ofAutomation, query: PageQuery },
    responses: { 200: json(pageOf(Schedule), 'A page, newest first'), ...problems(400, 401, 403, 404) },
  }),
  create: createRoute({
    operationId: 'createSchedule',
    summary: 'Let an automation run by the clock',
    tags,
    method: 'post',
    path: '/api/automations/{automationId}/schedules',
    request: { params: ofAutomation, headers: IdempotencyKeyHeader, body: body(CreateSchedule) },
    responses: { 201: json(Schedule, 'Created'), ...problems(400, 401, 403, 404, 409, 422) },
  }),
  preview: createRoute({
    operationId: 'previewSchedule',
    summary: 'When an expression would fire next',
    tags,
    method: 'post',
    path: '/api/schedules/preview',
    request: { body: body(PreviewSchedule) },
    responses: { 200: json(SchedulePreview, 'The next firings'), ...problems(400, 401, 403) },
  }),
  show: createRoute({
    operationId: 'showSchedule',
    summary: 'Show one schedule',
    tags,
    method: 'get',
    path: '/api/schedules/{scheduleId}',
    request: { params },
    responses: { 200: json(Schedule, 'The schedule'), ...problems(400, 401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateSchedule',
    summary: 'Change when a schedule fires, or switch it on or off',
    tags,
    method: 'patch',
    path: '/api/schedules/{scheduleId}',
    request: { params, headers: IfMatchHeader, body: body(UpdateSchedule) },
    responses: { 200: json(Schedule, 'As it is now'), ...problems(400, 401, 403, 404, 412) },
  }),
  delete: createRoute({
    operationId: 'deleteSchedule',
    summary: 'Delete a schedule with its trigger and events',
    tags,
    method: 'delete',
    path: '/api/schedules/{scheduleId}',
    request: { params, headers: IfMatchHeader },
    responses: { 200: json(Deleted, 'It is gone'), ...problems(400, 401, 403, 404, 409, 412) },
  }),
}

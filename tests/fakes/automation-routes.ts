import { findTriggerType } from '#domain/integrations'
import { listProviders, previewSchedule } from '#domain/triggers'
import { AppError } from '#kernel/errors'
import { CreateAutomation, UpdateAutomation } from '#schema/contracts/automations'
import { PreviewSchedule } from '#schema/contracts/schedules'
import { TestTrigger, TestTriggerDraft } from '#schema/contracts/trigger-tests'
import { CreateTrigger, RunAutomation, UpdateTrigger } from '#schema/contracts/triggers'
import type { TriggerListItem } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { created, find, ok, once, page, readBody, requireUnchanged } from './api-answers.ts'
import type { Answer, Route } from './api-answers.ts'
import { aRun, idOf } from './api-data.ts'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'
import { anAutomation, aWhen } from './automation-data.ts'
import { requireVerb } from './verbs.ts'

const { automations, triggers } = endpoints

/** Asked by somebody who may read; what the routes below check besides are verbs of their own. */
const ADA = { kind: 'user', userId: 'user-ada', userName: 'Ada Lovelace' } as const
const READER = { ...ADA, organizationId: 'org-acme', role: 'viewer' } as const

/** Automations, what they run on, and what that can be: the last from the real integration modules. */
export const AUTOMATION_ROUTES: Record<string, Route> = {
  'GET /api/automations': (state, { url }) => {
    return ok(automations.list.responses[200], page(state.automations.all.map(listed(state)), url))
  },
  'POST /api/automations': (state, request) => {
    requireVerb(state, 'automations:create')
    return once(state, request, () => {
      const wanted = readBody(CreateAutomation, request.body)
      const automation = anAutomation(state.automations.next(), { ...wanted, ...justNow() })
      state.automations.all.unshift(automation)
      return created(automations.create.responses[201], automation)
    })
  },
  'GET /api/automations/:id': (state, _, id) => showAutomation(state, id),
  'PATCH /api/automations/:id': (state, request, id) => {
    requireVerb(state, 'automations:update', find(state.automations.all, id, 'automation'))
    requireUnchanged(showAutomation(state, id), request)
    const change = readBody(UpdateAutomation, request.body)
    Object.assign(find(state.automations.all, id, 'automation'), change, { updatedAt: justNow().updatedAt })
    return showAutomation(state, id)
  },
  'DELETE /api/automations/:id': (state, _, id) => {
    requireVerb(state, 'automations:delete', find(state.automations.all, id, 'automation'))
    const gone = find(state.automations.all, id, 'automation')
    state.automations.all = state.automations.all.filter((one) => one !== gone)
    return ok(automations.delete.responses[200], { id })
  },
  'POST /api/automations/:id/run': (state, request, id) => {
    requireVerb(state, 'automations:run')
    return once(state, request, () => {
      readBody(RunAutomation, request.body)
      const { name, enabled } = find(state.automations.all, id, 'automation')
      if (!enabled) throw new ApiProblem(409, 'automation.switched_off', 'The automation is switched off')
      const run = aRun(state.automations.next(), { automationId: id, automationName: name, status: 'queued' })
      state.runs.unshift(run)
      return created(automations.run.responses[201], { runId: run.id, triggerEventId: run.triggerEventId })
    })
  },
  'GET /api/providers': () => ok(endpoints.providers.list.responses[200], listProviders({ actor: READER })),
  'POST /api/schedules/preview': (_, { body }) => {
    const schedule = readBody(PreviewSchedule, body)
    const needs = { clock: { now: () => new Date() } }
    const preview = asProblem(() => previewSchedule(needs, { actor: READER, schedule }))
    return ok(endpoints.schedules.preview.responses[200], preview)
  },
  'GET /api/triggers': (state, { url }) => {
    const automationId = url.searchParams.get('automationId')
    const wanted = state.automations.when.filter((item) => automationId === null || item.automationId === automationId)
    return ok(triggers.list.responses[200], page(wanted, url))
  },
  'POST /api/triggers': (state, request) => {
    requireVerb(state, 'triggers:create')
    return once(state, request, () => createWhen(state, readBody(CreateTrigger, request.body)))
  },
  'POST /api/triggers/test': (state, { body }) => {
    requireVerb(state, 'triggers:test')
    readBody(TestTriggerDraft, body)
    return ok(triggers.testDraft.responses[200], state.automations.verdict)
  },
  'POST /api/triggers/:id/test': (state, { body }, id) => {
    requireVerb(state, 'triggers:test')
    find(state.automations.when, id, 'trigger')
    readBody(TestTrigger, body)
    return ok(triggers.test.responses[200], state.automations.verdict)
  },
  'GET /api/triggers/:id': (state, _, id) => showWhen(state, id),
  'PATCH /api/triggers/:id': (state, request, id) => {
    requireVerb(state, 'triggers:update', find(state.automations.when, id, 'trigger'))
    requireUnchanged(showWhen(state, id), request)
    const item = find(state.automations.when, id, 'trigger')
    const change = readBody(UpdateTrigger, request.body)
    const config = configOf({ ...item, ...change })
    Object.assign(item, change, { config, updatedAt: justNow().updatedAt, schedule: scheduleOf(item, config) })
    return showWhen(state, id)
  },
  'DELETE /api/triggers/:id': (state, _, id) => {
    requireVerb(state, 'triggers:delete', find(state.automations.when, id, 'trigger'))
    const gone = find(state.automations.when, id, 'trigger')
    state.automations.when = state.automations.when.filter((one) => one !== gone)
    return ok(triggers.delete.responses[200], { id })
  },
}

function justNow() {
  const now = new Date().toISOString()
  return { createdAt: now, updatedAt: now }
}

const counted = (state: ApiState) => (automation: ApiState['automations']['all'][number]) => {
  const { length: triggerCount } = state.automations.when.filter(({ automationId }) => automationId === automation.id)
  return { ...automation, triggerCount }
}

const WEEK_MS = 7 * 24 * 60 * 60_000

/** With its newest run and how many a week has had; the runs of the state are the newest first. */
const listed = (state: ApiState) => (automation: ApiState['automations']['all'][number]) => {
  const own = state.runs.filter(({ automationId }) => automationId === automation.id)
  const [last] = own
  return {
    ...counted(state)(automation),
    lastRun: last === undefined ? null : { id: last.id, status: last.status, at: last.queuedAt },
    runsLast7Days: own.filter(({ queuedAt }) => Date.parse(queuedAt) > Date.now() - WEEK_MS).length,
  }
}

function showAutomation(state: ApiState, id: string): Answer {
  return ok(automations.show.responses[200], counted(state)(find(state.automations.all, id, 'automation')))
}

function showWhen(state: ApiState, id: string): Answer {
  return ok(triggers.show.responses[200], find(state.automations.when, id, 'trigger'))
}

/** The configuration as the real module reads it, or a problem with what it refuses field by field. */
function configOf({ provider, eventType, config }: Pick<TriggerListItem, 'provider' | 'eventType' | 'config'>) {
  const read = findTriggerType(provider, eventType)?.configure(config)
  if (read?.ok) return read.config
  const issues = read?.issues.map(({ path, message }) => ({ path: path === '' ? 'config' : `config.${path}`, message }))
  throw invalid(issues ?? [{ path: 'eventType', message: `${provider} has no ${eventType}` }])
}

function invalid(issues: { path: string; message: string }[]): ApiProblem {
  const detail = issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return new ApiProblem(400, 'trigger.invalid', 'The trigger is not valid', detail).withIssues(issues)
}

function scheduleOf({ id, provider }: Pick<TriggerListItem, 'id' | 'provider'>, config: Record<string, unknown>) {
  if (provider !== 'scheduled') return null
  const { cronExpression, timezone } = config
  return { id, cronExpression: String(cronExpression), timezone: String(timezone) }
}

function createWhen(state: ApiState, wanted: CreateTrigger): Answer {
  find(state.automations.all, wanted.automationId, 'automation')
  const config = configOf(wanted)
  const number = state.automations.next()
  const triggerType = wanted.triggerType ?? 'webhook'
  const isPolling = triggerType === 'polling'
  if (isPolling && wanted.integrationId === null) {
    throw invalid([{ path: 'integrationId', message: 'polling takes a connected integration' }])
  }
  const hasAddress = wanted.provider === 'custom' || wanted.provider === 'posthog'
  const endpointId = idOf(number + 500)
  const webhook = { endpointId, path: `/webhooks/direct/${wanted.provider}/${endpointId}`, signatureRequired: false }
  const item = aWhen(number, {
    ...wanted,
    ...justNow(),
    triggerType,
    config,
    pollingIntervalSeconds: isPolling ? (wanted.pollingIntervalSeconds ?? 60) : null,
    webhook: hasAddress ? webhook : null,
    schedule: scheduleOf({ id: idOf(number), provider: wanted.provider }, config),
  })
  state.automations.when.unshift(item)
  const webhookSecret = hasAddress ? 'whsec-'.padEnd(40, '7') : null
  return created(triggers.create.responses[201], { ...item, webhookSecret })
}

/** A declared error of the product, as the API answers it. */
function asProblem<Value>(act: () => Value): Value {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw invalid((error.options.meta as { issues: { path: string; message: string }[] }).issues)
  }
}

import { afterAll, beforeAll, expect } from 'vitest'
import { processDeliveries } from '#domain/triggers'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { type Act, describeAuditedActs, WHERE } from '../../../tests/setup/audited-acts.ts'
import { startLinearApi } from '../../../tests/fakes/linear-api.ts'
import { fakeProviderHttp } from '../../../tests/fakes/provider-http.ts'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { openedIssue } from '../../../tests/setup/inbox-world.ts'
import { asker } from '../../../tests/setup/people.ts'
import { seedConfiguration } from '../../../tests/setup/seed.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

// What people do to automations, what starts them and what they work with is one statement with its entry in the log.

const TOKEN = 'lin_api_of_the_test_suite'
const SECRET = 'sk-ant-api03-abcdefghijklmnopqrstuvwx'
let world: HttpWorld
let linear: Awaited<ReturnType<typeof startLinearApi>>
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  linear = await startLinearApi(TOKEN)
  world.platform.providerHttp = fakeProviderHttp({ 'https://api.linear.app': linear.url })
  ask = asker(world)
})
afterAll(() => linear?.close())

const made = async (by: SignedIn, path: string, body: object) => {
  const { status, body: thing } = await ask(`POST ${path}`, by.bearer, body)
  if (status >= 300) throw new Error(`${path}: ${JSON.stringify(thing)}`)
  return { ...thing, id: String(thing['id']) }
}

/** Two people, of whom one has an automation. */
async function automation() {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const { id } = await made(ann, '/api/automations', { name: 'Fix', agentInstructions: 'Fix it' })
  const subject = { subjectKind: 'automation', subjectId: id, subjectLabel: 'Fix' }
  const { organizationId, bearer } = ann
  return { ann, bo, by: { ...bearer, ...WHERE }, path: `/api/automations/${id}` as const, id, subject, organizationId }
}

async function trigger() {
  const { id: automationId, ann, bo, by, organizationId } = await automation()
  const { id } = await made(ann, '/api/triggers', { automationId, provider: 'github', eventType: 'issue_opened' })
  const subject = { subjectKind: 'trigger', subjectId: id, subjectLabel: 'github issue_opened' }
  return { ann, bo, by, path: `/api/triggers/${id}` as const, automationId, subject, organizationId }
}

async function connection() {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const { id } = await made(ann, '/api/integrations', { integrationId: 'linear', token: TOKEN })
  const subject = { subjectKind: 'integration', subjectId: id, subjectLabel: 'Acme' }
  return { ann, bo, id, path: `/api/integrations/${id}` as const, by: { ...ann.bearer, ...WHERE }, subject }
}

/** Webhooks of issues that have been processed. */
async function deliveries(count: number) {
  const { ann, bo, by } = await automation()
  const endpoint = await made(ann, '/api/webhook-endpoints', { provider: 'github' })
  const deliveryIds = Array.from({ length: count }, () => world.test.ids.next())
  const messages = deliveryIds.map((id, number): DeliveryMessage => ({
    v: 1,
    id,
    ingress: 'endpoint',
    organizationId: ann.organizationId,
    endpointId: endpoint.id,
    triggerId: null,
    provider: 'github',
    verification: 'signature',
    deliveryId: `delivery-${id}`,
    eventType: 'issues',
    headers: { 'content-type': 'application/json' },
    receivedAt: world.test.clock.now().toISOString(),
    traceId: `trace-${id}`,
    body: { kind: 'inline', bytes: Uint8Array.from(new TextEncoder().encode(JSON.stringify(openedIssue(number)))) },
  }))
  await processDeliveries(world.platform, { messages })
  return { ann, bo, by, deliveryIds }
}

const ACTS: Record<string, () => Promise<Act>> = {
  'a new automation': async () => {
    const ann = await world.signUp('Ann')
    const viewer = await world.memberOf(ann, 'viewer')
    const make = (headers: Record<string, string>, name = 'Fix') => ask('POST /api/automations', headers, { name })
    return {
      act: () => make({ ...ann.bearer, ...WHERE }),
      refused: [() => make(viewer.bearer), () => make(ann.bearer, '')],
      entry: {
        verb: 'create',
        subjectKind: 'automation',
        subjectId: expect.any(String) as string,
        subjectLabel: 'Fix',
        before: null,
        after: { name: 'Fix', enabled: true },
      },
      organizationId: ann.organizationId,
    }
  },
  'a changed automation': async () => {
    const { bo, by, path, subject, organizationId } = await automation()
    const change = { name: 'Mend', agentInstructions: `Use ${SECRET}` }
    const edit = (headers: Record<string, string>) => ask(`PATCH ${path}`, headers, change)
    return {
      act: () => edit(by),
      refused: [() => edit({ ...by, 'if-match': '"old"' }), () => edit(bo.bearer)],
      entry: {
        verb: 'update',
        ...subject,
        subjectLabel: 'Mend',
        before: { name: 'Fix', agentInstructions: 'Fix it' },
        after: { name: 'Mend', agentInstructions: expect.stringContaining('Use ') as string },
      },
      organizationId,
    }
  },
  'a deleted automation': async () => {
    const { bo, by, path, subject, organizationId } = await automation()
    const remove = (headers: Record<string, string>) => () => ask(`DELETE ${path}`, headers)
    return {
      act: remove(by),
      again: [404],
      refused: [remove(bo.bearer)],
      entry: { verb: 'delete', ...subject, before: { name: 'Fix', agentInstructions: 'Fix it' }, after: null },
      organizationId,
    }
  },
  'a new trigger': async () => {
    const { ann, bo, by, id: automationId, organizationId } = await automation()
    const wanted = { automationId, provider: 'scheduled', eventType: 'schedule_fired', config: { cronExpression: '0 9 * * *' } }
    const make = (headers: Record<string, string>, change = {}) => ask('POST /api/triggers', headers, { ...wanted, ...change })
    return {
      act: () => make(by),
      refused: [() => make(bo.bearer), () => make(ann.bearer, { eventType: 'none' })],
      entry: {
        verb: 'create',
        subjectKind: 'trigger',
        before: null,
        after: { automationId, enabled: true, config: { cronExpression: '0 9 * * *' } },
      },
      organizationId,
    }
  },
  'a changed trigger': async () => {
    const { bo, by, path, subject, organizationId } = await trigger()
    const edit = (headers: Record<string, string>) =>
      ask(`PATCH ${path}`, headers, { enabled: false, config: { labels: ['agent'] } })
    return {
      act: () => edit(by),
      refused: [() => edit({ ...by, 'if-match': '"old"' }), () => edit(bo.bearer)],
      entry: {
        verb: 'update',
        ...subject,
        before: { enabled: true, config: {} },
        after: { enabled: false, config: { labels: ['agent'] } },
      },
      organizationId,
    }
  },
  'a schedule with another name': async () => {
    const { bo, ann, by, id: automationId, organizationId } = await automation()
    const schedule = { name: 'Nights', cronExpression: '0 2 * * *', timezone: 'UTC' }
    const { id } = await made(ann, `/api/automations/${automationId}/schedules`, schedule)
    const edit = (headers: Record<string, string>) => ask(`PATCH /api/schedules/${id}`, headers, { name: 'Late' })
    return {
      act: () => edit(by),
      refused: [() => edit({ ...by, 'if-match': '"old"' }), () => edit(bo.bearer)],
      entry: { verb: 'update', subjectKind: 'trigger', before: { name: 'Nights' }, after: { name: 'Late' } },
      organizationId,
    }
  },
  'a deleted trigger': async () => {
    const { bo, by, path, automationId, subject, organizationId } = await trigger()
    const refuse = (headers: Record<string, string>) => () => ask(`DELETE ${path}`, headers)
    return {
      act: () => ask(`DELETE ${path}`, by),
      again: [404],
      refused: [refuse({ ...by, 'if-match': '"old"' }), refuse(bo.bearer)],
      entry: { verb: 'delete', ...subject, before: { automationId, enabled: true }, after: null },
      organizationId,
    }
  },
  'a run by hand': async () => {
    const { ann, bo, by, path, subject, organizationId } = await automation()
    const run = (headers: Record<string, string>) => ask(`POST ${path}/run`, headers, {})
    // The first one also makes the trigger that stands for a person.
    await run(ann.bearer)
    return {
      act: () => run(by),
      refused: [() => run(bo.bearer)],
      entry: { verb: 'run', ...subject, before: null, after: { runId: expect.any(String) as string } },
      organizationId,
    }
  },
  'an event that is skipped': async () => {
    const { ann, bo, by, path, organizationId } = await automation()
    const { body } = await ask(`POST ${path}/run`, ann.bearer, { title: 'By hand' })
    const skip = (headers: Record<string, string>) => () =>
      ask(`POST /api/trigger-events/${String(body['triggerEventId'])}/skip`, headers)
    return {
      act: skip(by),
      again: [409],
      refused: [skip(bo.bearer)],
      entry: {
        verb: 'skip',
        subjectKind: 'trigger_event',
        subjectId: body['triggerEventId'],
        subjectLabel: 'By hand',
        before: { status: 'queued' },
        after: { status: 'skipped' },
      },
      organizationId,
    }
  },
  'an address for webhooks': async () => {
    const ann = await world.signUp('Ann')
    const make = (provider: string) => ask('POST /api/webhook-endpoints', { ...ann.bearer, ...WHERE }, { provider })
    return {
      act: () => make('github'),
      refused: [() => make('none')],
      entry: {
        verb: 'create',
        subjectKind: 'webhook_endpoint',
        subjectId: expect.any(String) as string,
        subjectLabel: 'github',
        before: null,
        after: null,
      },
      organizationId: ann.organizationId,
    }
  },
  'an address that is asked for again': async () => {
    const ann = await world.signUp('Ann')
    const { id } = await made(ann, '/api/webhook-endpoints', { provider: 'github' })
    return {
      act: () => ask('POST /api/webhook-endpoints', { ...ann.bearer, ...WHERE }, { provider: 'github' }),
      entry: { verb: 'rotate_secret', subjectKind: 'webhook_endpoint', subjectId: id, subjectLabel: 'github' },
      organizationId: ann.organizationId,
    }
  },
  'a new secret of an address': async () => {
    const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
    const { id } = await made(ann, '/api/webhook-endpoints', { provider: 'github' })
    const rotate = (headers: Record<string, string>) =>
      ask(`POST /api/webhook-endpoints/${id}/rotate`, headers, { overlapSeconds: 0 })
    return {
      act: () => rotate({ ...ann.bearer, ...WHERE }),
      refused: [() => rotate(bo.bearer)],
      entry: { verb: 'rotate_secret', subjectKind: 'webhook_endpoint', subjectId: id, subjectLabel: 'github' },
      organizationId: ann.organizationId,
    }
  },
  'a delivery that is replayed': async () => {
    const { ann, bo, by, deliveryIds } = await deliveries(1)
    const replay = (headers: Record<string, string>) => ask(`POST /api/deliveries/${deliveryIds[0]}/replay`, headers)
    return {
      act: () => replay(by),
      refused: [() => replay(bo.bearer), () => ask('POST /api/deliveries/none/replay', by)],
      entry: {
        verb: 'replay',
        subjectKind: 'delivery',
        subjectId: deliveryIds[0],
        subjectLabel: 'github issues',
        after: { replayId: expect.any(String) as string },
      },
      organizationId: ann.organizationId,
    }
  },
  'deliveries that are replayed': async () => {
    const { ann, bo, by, deliveryIds } = await deliveries(3)
    const [from, to] = ['2000-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z']
    const replay = (headers: Record<string, string>, change = {}) =>
      ask('POST /api/deliveries/replay', headers, { from, to, ...change })
    // Where nothing is replayed there is nothing to say.
    await replay(bo.bearer)
    return {
      act: () => replay(by),
      refused: [() => replay(by, { to: from })],
      entry: {
        verb: 'replay',
        subjectKind: 'delivery',
        subjectId: null,
        subjectLabel: `${deliveryIds.length} deliveries`,
        after: { from, to, replayed: deliveryIds.length },
      },
      organizationId: ann.organizationId,
    }
  },
  'a connection': async () => {
    const ann = await world.signUp('Ann')
    const connect = (token = TOKEN) => ask('POST /api/integrations', { ...ann.bearer, ...WHERE }, { integrationId: 'linear', token })
    return {
      act: () => connect(),
      again: [409],
      refused: [() => connect('lin_api_wrong')],
      entry: {
        verb: 'create',
        subjectKind: 'integration',
        subjectId: expect.any(String) as string,
        subjectLabel: 'Acme',
        before: null,
        after: { integrationId: 'linear', displayName: 'Acme', externalId: 'org-1', status: 'active' },
      },
      organizationId: ann.organizationId,
    }
  },
  'a connection that was taken away and comes back': async () => {
    const { ann, id, path, by, subject } = await connection()
    await ask(`DELETE ${path}`, ann.bearer)
    return {
      act: () => ask('POST /api/integrations', by, { integrationId: 'linear', token: TOKEN }),
      again: [409],
      entry: { verb: 'create', ...subject, subjectId: id, after: { status: 'active' } },
      organizationId: ann.organizationId,
    }
  },
  'a changed connection': async () => {
    const { ann, bo, path, by, subject } = await connection()
    const edit = (headers: Record<string, string>, token = TOKEN) =>
      ask(`PATCH ${path}`, headers, { displayName: 'Team', token })
    return {
      act: () => edit(by),
      refused: [() => edit({ ...by, 'if-match': '"old"' }), () => edit(bo.bearer), () => edit(by, 'lin_api_wrong')],
      entry: {
        verb: 'update',
        ...subject,
        subjectLabel: 'Team',
        before: { displayName: 'Acme', status: 'active' },
        after: { displayName: 'Team', status: 'active', hasNewCredential: true },
      },
      organizationId: ann.organizationId,
    }
  },
  'a connection that is taken away': async () => {
    const { ann, bo, id, path, by, subject } = await connection()
    const { id: automationId } = await made(ann, '/api/automations', { name: 'Fix', agentInstructions: 'Fix it' })
    const listen = { automationId, provider: 'linear', eventType: 'issue_created', integrationId: id }
    await made(ann, '/api/triggers', { ...listen, triggerType: 'polling' })
    return {
      act: () => ask(`DELETE ${path}`, by),
      again: [404],
      refused: [() => ask(`DELETE ${path}`, bo.bearer)],
      entry: { verb: 'delete', ...subject, before: { displayName: 'Acme' }, after: { triggersSwitchedOff: 1 } },
      organizationId: ann.organizationId,
    }
  },
  'a session': async () => {
    const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
    const { configurationId } = await seedConfiguration(world.test, ann.organizationId)
    const start = (by: SignedIn) => ask('POST /api/sessions', { ...by.bearer, ...WHERE }, { configurationId, title: 'Fix' })
    return {
      act: () => start(ann),
      refused: [() => start(bo)],
      entry: {
        verb: 'create',
        subjectKind: 'session',
        subjectId: expect.any(String) as string,
        subjectLabel: 'Fix',
        before: null,
        after: { configurationId, modelId: expect.any(String) as string },
      },
      organizationId: ann.organizationId,
    }
  },
}

const TABLES = [
  'automations',
  'automation_runs',
  'automation_run_events',
  'integrations',
  'outbox',
  'schedules',
  'sessions',
  'trigger_events',
  'triggers',
  'webhook_endpoints',
  'webhook_inbox',
]
describeAuditedActs(() => world, { acts: ACTS, tables: TABLES, secrets: [TOKEN, SECRET] })

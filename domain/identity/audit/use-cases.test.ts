import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cancelRun, createAutomation, deleteAutomation, updateAutomation } from '#domain/automations'
import { createRepository, updateRepository } from '#domain/repositories'
import { cancelSession, promptSession, startSession } from '#domain/sessions'
import { createTrigger, createWebhookEndpoint, deleteTrigger, updateTrigger } from '#domain/triggers'
import type { Kernel } from '#kernel/needs'
import { CreateTrigger } from '#schema/contracts/triggers'
import { systemSecrets } from '../../../adapters/crypto/secrets.ts'
import { type TestPlatform, testPlatform } from '../../../tests/platform.ts'
import { memoryEndpointCopies } from '../../../tests/setup/inbox-world.ts'
import { seedAutomation, seedConfiguration, seedOrganization, seedRun } from '../../../tests/setup/seed.ts'
import type { UserActor } from '../actor.ts'
import { listAudit } from './list-audit.ts'

// Each use case that changes something leaves one entry, with where it came from; one that is refused leaves none.

const origin = { ip: '203.0.113.7', userAgent: 'curl/8', requestId: 'request-1', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }

let platform: TestPlatform
let actor: UserActor
let organizationId: string
beforeAll(async () => void (platform = await testPlatform()))
beforeEach(async () => {
  organizationId = await seedOrganization(platform)
  actor = { kind: 'user', userId: 'ann', userName: 'Ann', organizationId, role: 'owner' }
})

const needsOf = () => ({
  ...platform,
  origin: origin satisfies Kernel['origin'],
  endpointCopies: memoryEndpointCopies(),
  secrets: systemSecrets,
  models: { ...platform.models, describe: () => ({}) as never },
})
const entries = async () => (await listAudit(platform, { actor, filter: {}, limit: 50 })).items
const repository = { name: 'acme/app', url: 'https://git.test/acme/app.git', defaultBranch: 'main' }

describe('a repository', () => {
  test('that is added, and one that is changed, with what it was', async () => {
    const { repository: made } = await createRepository(needsOf(), { actor, ...repository })
    const credential = { username: 'x', password: 'hunter2' }
    await createRepository(needsOf(), { actor, ...repository, url: 'https://git.test/moved.git', credential })
    const [updated, created] = await entries()
    const subject = { kind: 'repository', id: made.id, label: 'acme/app' }
    expect(created).toMatchObject({ verb: 'create', subject, before: null, after: { url: repository.url }, ...origin })
    expect(updated).toMatchObject({
      verb: 'update',
      subject,
      before: { url: repository.url, defaultBranch: 'main', hasCredential: false },
      after: { url: 'https://git.test/moved.git', hasCredential: true },
    })
    expect(JSON.stringify(updated)).not.toContain('hunter2')
  })

  test('that is edited, with what it was and that its credential went with the URL', async () => {
    const credential = { username: 'x', password: 'hunter2' }
    const { repository: made } = await createRepository(needsOf(), { actor, ...repository, credential })
    const edit = { actor, repositoryId: made.id, ifMatch: null }
    await updateRepository(needsOf(), { ...edit, change: { url: 'https://git.test/moved.git' } })
    await expect(updateRepository(needsOf(), { ...edit, ifMatch: '"old"', change: { defaultBranch: 'x' } })).rejects.toThrow()
    const [updated, ...others] = await entries()
    expect(others).toHaveLength(1)
    expect(updated).toMatchObject({
      verb: 'update',
      subject: { kind: 'repository', id: made.id, label: 'acme/app' },
      before: { url: repository.url, defaultBranch: 'main', hasCredential: true },
      after: { url: 'https://git.test/moved.git', defaultBranch: 'main', hasCredential: false },
      ...origin,
    })
  })

  test('that a member may not change leaves nothing', async () => {
    await createRepository(needsOf(), { actor, ...repository })
    const member = { ...actor, role: 'member' as const }
    await expect(createRepository(needsOf(), { actor: member, ...repository, url: 'https://git.test/x.git' })).rejects.toThrow()
    expect(await entries()).toHaveLength(1)
  })
})

test('an automation, a trigger and a webhook endpoint that are made; a secret that is rotated, without the secret', async () => {
  const automation = await createAutomation(needsOf(), {
    actor,
    automation: {
      name: 'Fix issues',
      description: null,
      enabled: true,
      agentInstructions: 'Fix it',
      modelId: null,
      defaultConfigurationId: null,
    } as never,
  })
  const trigger = newTrigger(automation.id)
  const { id } = await createTrigger(needsOf(), { actor, ...trigger })
  const first = await createWebhookEndpoint(needsOf(), { actor, provider: 'github' })
  const second = await createWebhookEndpoint(needsOf(), { actor, provider: 'github' })
  const told = await entries()
  expect(told.map(({ verb, subject }) => [verb, subject.kind, subject.id, subject.label])).toEqual([
    ['rotate_secret', 'webhook_endpoint', first.id, 'github'],
    ['create', 'webhook_endpoint', first.id, 'github'],
    ['create', 'trigger', id, 'github issue_opened'],
    ['create', 'automation', automation.id, 'Fix issues'],
  ])
  for (const secret of [first.secret, second.secret]) expect(JSON.stringify(told)).not.toContain(secret)
})

test('an automation that is changed and deleted: what changed, before and after; one that is refused leaves nothing', async () => {
  const { automationId } = await seedAutomation(platform, organizationId)
  const edit = { actor, automationId, ifMatch: null }
  await updateAutomation(needsOf(), { ...edit, change: { name: 'Renamed', agentInstructions: 'Use sk-ant-api03-abcdefghijklmnopqrstuvwx' } })
  await expect(deleteAutomation(needsOf(), { ...edit, ifMatch: '"old"' })).rejects.toMatchObject({ code: 'resource.changed' })
  await deleteAutomation(needsOf(), edit)
  const told = await entries()
  const subject = { kind: 'automation', id: automationId, label: 'Renamed' }
  expect(told).toMatchObject([
    { verb: 'delete', subject, before: { name: 'Renamed', enabled: true }, after: null, ...origin },
    { verb: 'update', subject, after: { name: 'Renamed' }, ...origin },
  ])
  expect(Object.keys(told[1]?.before ?? {}).sort()).toEqual(['agentInstructions', 'name'])
  expect(JSON.stringify(told)).not.toContain('sk-ant-api03')
})

test('a trigger that is changed and deleted: what changed, before and after, without secrets', async () => {
  const { automationId } = await seedAutomation(platform, organizationId)
  const trigger = newTrigger(automationId)
  const { id } = await createTrigger(needsOf(), { actor, ...trigger })
  const edit = { actor, triggerId: id, ifMatch: null }
  await updateTrigger(needsOf(), { ...edit, change: { enabled: false } })
  await updateTrigger(needsOf(), { ...edit, change: { config: { labels: ['agent'] } } })
  await deleteTrigger(needsOf(), edit)
  const subject = { kind: 'trigger', id, label: 'github issue_opened' }
  const told = await entries()
  expect(told.slice(0, 3)).toMatchObject([
    { verb: 'delete', subject, before: { automationId, enabled: false, config: { labels: ['agent'] } }, after: null, ...origin },
    { verb: 'update', subject, after: { config: { labels: ['agent'] } } },
    { verb: 'update', subject, before: { enabled: true }, after: { enabled: false } },
  ])
  expect(told[2]?.after).toEqual({ enabled: false })
})

test('a session that is started, prompted and canceled; what was said stays in it', async () => {
  const { configurationId } = await seedConfiguration(platform, organizationId)
  const started = { actor, body: { configurationId, title: 'Fix' } as never, idempotencyKey: 'key-12345' }
  const { session } = await startSession(needsOf(), started)
  await startSession(needsOf(), started)
  const prompt = { actor, sessionId: session.id, text: 'the words of Ann', idempotencyKey: 'prompt-1' }
  await promptSession(needsOf(), prompt)
  await promptSession(needsOf(), prompt)
  await cancelSession(needsOf(), { actor, sessionId: session.id })
  const told = await entries()
  const subject = { kind: 'session', id: session.id, label: 'Fix' }
  expect(told).toMatchObject([
    { verb: 'cancel', subject },
    { verb: 'prompt', subject, after: { characters: 16 } },
    { verb: 'create', subject, after: { configurationId } },
  ])
  expect(JSON.stringify(told)).not.toContain('the words of Ann')
})

test('a run that is canceled, with what it was; one that has ended leaves nothing', async () => {
  const automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  const run = await seedRun(platform, automation, { status: 'ready' })
  await cancelRun(needsOf(), { actor, runId: run.runId })
  await expect(cancelRun(needsOf(), { actor, runId: run.runId })).rejects.toMatchObject({ code: 'run.state_conflict' })
  expect(await entries()).toMatchObject([
    {
      verb: 'cancel',
      subject: { kind: 'run', id: run.runId },
      before: { status: 'ready' },
      after: { status: 'canceled' },
      ...origin,
    },
  ])
})

const newTrigger = (automationId: string) =>
  CreateTrigger.parse({ automationId, provider: 'github', eventType: 'issue_opened' })

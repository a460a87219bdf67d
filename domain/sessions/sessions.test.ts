import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessions, sessionToolInvocations } from '#schema/tables/index'
import { seedConfiguration, seedOrganization, seedSession } from '../../tests/setup/seed.ts'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import {
  auditToolCalls,
  buildBootBundle,
  callerKeyOf,
  cancelSession,
  createSession,
  findSession,
  listSessions,
  mintSandboxToken,
  projectSession,
  promptSession,
  readSandboxToken,
  sessionHistory,
  type SessionFacts,
  type SessionOpening,
  startSession,
} from './index.ts'

const model = {
  protocol: 'openai' as const,
  basePath: '/llm/openai/v1',
  modelId: 'agent',
  contextTokens: 1_000,
  outputTokens: 100,
}
const open = async () => {
  const platform = await testPlatform()
  const describe = (modelId: string) => (modelId.startsWith('scripted/') ? model : null)
  return { ...platform, models: { ...platform.models, describe }, sandboxes: { name: 'local' as const } }
}
let needs: Awaited<ReturnType<typeof open>>
let platform: TestPlatform
beforeAll(async () => {
  needs = await open()
  platform = needs as unknown as TestPlatform
})
afterAll(() => platform?.close())

const organization = async () => {
  const organizationId = await seedOrganization(needs)
  const { configurationId, name } = await seedConfiguration(needs, organizationId)
  const actor = (role: 'owner' | 'admin' | 'member' | 'viewer' = 'member') =>
    ({ kind: 'user', userId: 'u1', userName: 'Ada', organizationId, role }) as const
  return { organizationId, configurationId, repositoryName: name, actor }
}
const wish = ({ organizationId, configurationId }: { organizationId: string; configurationId: string }, change = {}) =>
  ({ organizationId, configurationId, clientType: 'web', title: 'Fix it', ...change }) as const

test('a created session stands in the index with its repository, its branch and the default model', async () => {
  const acme = await organization()
  const { session, created, modelId } = await createSession(needs, wish(acme, { createdBy: 'u1' }))
  expect(created).toBe(true)
  expect(modelId).toBe(needs.models.defaultModelId)
  expect(session).toMatchObject({
    status: 'pending',
    title: 'Fix it',
    repositoryName: acme.repositoryName,
    branch: `proliferate/session-${session.id.slice(-8)}`,
    createdBy: 'u1',
    runId: null,
  })
  expect(await findSession(needs, { actor: acme.actor(), sessionId: session.id })).toEqual(session)
})

test('twenty creations with one key make one session; the same key in another organization makes another', async () => {
  const [acme, other] = [await organization(), await organization()]
  const key = { idempotencyKey: 'run:1:session' }
  const made = await Promise.all(Array.from({ length: 20 }, () => createSession(needs, wish(acme, key))))
  expect(new Set(made.map(({ session }) => session.id)).size).toBe(1)
  expect(made.filter(({ created }) => created)).toHaveLength(1)
  expect((await createSession(needs, wish(other, key))).created).toBe(true)
})

test("another organization's configuration is as missing as none at all", async () => {
  const [acme, other] = [await organization(), await organization()]
  const foreign = createSession(needs, wish({ ...acme, configurationId: other.configurationId }))
  await expect(foreign).rejects.toMatchObject({ code: 'configuration.not_found' })
  expect((await listSessions(needs, { actor: other.actor() })).items).toEqual([])
  const missing = createSession(needs, wish({ ...acme, configurationId: needs.ids.next() }, { idempotencyKey: 'x' }))
  await expect(missing).rejects.toMatchObject({ code: 'configuration.not_found' })
})

test('sessions are listed newest first, in pages, by status, and only those of the organization', async () => {
  const [acme, other] = [await organization(), await organization()]
  const ids: string[] = []
  for (let count = 0; count < 5; count += 1) ids.unshift((await createSession(needs, wish(acme))).session.id)
  await createSession(needs, wish(other))
  const actor = acme.actor()
  const first = await listSessions(needs, { actor, limit: 3 })
  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3))
  const second = await listSessions(needs, { actor, limit: 3, cursor: first.nextCursor ?? '' })
  expect([second.items.map(({ id }) => id), second.nextCursor]).toEqual([ids.slice(3), null])
  await needs.db
    .update(sessions)
    .set({ status: 'running' })
    .where(eq(sessions.id, ids[1] ?? ''))
  expect((await listSessions(needs, { actor, status: 'running' })).items.map(({ id }) => id)).toEqual([ids[1]])
})

test("another organization's session looks exactly like a missing one, to every use case", async () => {
  const [acme, other] = [await organization(), await organization()]
  const { session } = await createSession(needs, wish(other))
  for (const sessionId of [session.id, needs.ids.next(), 'not-an-id']) {
    const missing = { code: 'session.not_found', message: 'Session not found' }
    const actor = acme.actor('owner')
    const input = { actor, sessionId }
    await expect(findSession(needs, input)).rejects.toMatchObject(missing)
    await expect(sessionHistory(needs, { ...input, before: null, limit: 10 })).rejects.toMatchObject(missing)
    await expect(promptSession(needs, { actor, sessionId, text: 'x', idempotencyKey: null })).rejects.toMatchObject(
      missing,
    )
    await expect(cancelSession(needs, { actor, sessionId })).rejects.toMatchObject(missing)
  }
  expect(needs.sessionObjects.of(session.id).calls).toEqual([])
})

test('viewers cannot create, prompt or cancel', async () => {
  const acme = await organization()
  const { session } = await createSession(needs, wish(acme))
  const [actor, sessionId, forbidden] = [acme.actor('viewer'), session.id, { code: 'auth.forbidden' }]
  const body = { configurationId: acme.configurationId }
  await expect(startSession(needs, { actor, body, idempotencyKey: null })).rejects.toMatchObject(forbidden)
  await expect(promptSession(needs, { actor, sessionId, text: 'x', idempotencyKey: null })).rejects.toMatchObject(
    forbidden,
  )
  await expect(cancelSession(needs, { actor, sessionId })).rejects.toMatchObject(forbidden)
})

test('starting a session opens its object and hands over the first prompt, once for one key', async () => {
  const acme = await organization()
  const body = { configurationId: acme.configurationId, initialPrompt: 'Fix the slugs\nAll of them' }
  const input = { actor: acme.actor(), body, idempotencyKey: 'my-own-key' }
  const first = await startSession(needs, input)
  const second = await startSession(needs, input)
  expect([first.created, second.created, second.session.id]).toEqual([true, false, first.session.id])
  const object = needs.sessionObjects.of(first.session.id)
  expect(object.opening).toMatchObject({ title: 'Fix the slugs', run: null, modelId: needs.models.defaultModelId })
  expect(object.prompts).toMatchObject([{ text: body.initialPrompt, author: 'Ada' }])
})

test('a session that was created but never opened is opened by the retry', async () => {
  const acme = await organization()
  const body = { configurationId: acme.configurationId, initialPrompt: 'Fix it' }
  const actor = acme.actor()
  const { session } = await createSession(needs, wish(acme, { idempotencyKey: callerKeyOf(actor, 'torn-key') }))
  await startSession(needs, { actor, body, idempotencyKey: 'torn-key' })
  expect(needs.sessionObjects.of(session.id).prompts).toHaveLength(1)
})

test('a model that is not offered is refused before anything is made', async () => {
  const acme = await organization()
  const body = { configurationId: acme.configurationId, modelId: 'gpt-unknown' }
  await expect(startSession(needs, { actor: acme.actor(), body, idempotencyKey: null })).rejects.toMatchObject({
    code: 'model.not_found',
  })
  expect((await listSessions(needs, { actor: acme.actor() })).items).toEqual([])
})

const facts: SessionFacts = {
  status: 'running',
  statusReason: null,
  pauseReason: null,
  outcome: null,
  summary: null,
  sandboxId: 'sbx-1',
  sandboxGeneration: 1,
  sandboxExpiresAt: new Date('2026-06-01T13:00:00Z'),
  checkpointRef: null,
  startedAt: new Date('2026-06-01T12:00:00Z'),
  lastActivityAt: null,
  lastSeenAliveAt: null,
  pausedAt: null,
  endedAt: null,
}

test('of two epochs over one row the older writes nothing; a missing row is told apart', async () => {
  const acme = await organization()
  const { organizationId } = acme
  const { session } = await createSession(needs, wish(acme))
  const write = (epoch: number, change: Partial<SessionFacts> = {}, sessionId = session.id) =>
    projectSession(needs, { organizationId, sessionId, epoch, facts: { ...facts, ...change } })
  expect(await write(2)).toBe('stored')
  expect(await write(1, { status: 'failed' })).toBe('fenced')
  expect(await findSession(needs, { actor: acme.actor(), sessionId: session.id })).toMatchObject({ status: 'running' })
  expect(await write(2, { status: 'paused' })).toBe('stored')
  expect(await write(2, {}, needs.ids.next())).toBe('missing')
  const foreign = await seedOrganization(needs)
  expect(await projectSession(needs, { organizationId: foreign, sessionId: session.id, epoch: 9, facts })).toBe(
    'missing',
  )
})

test('the audit of a tool call takes its beginning and its end once, and nothing from an older epoch', async () => {
  const acme = await organization()
  const { organizationId } = acme
  const sessionId = await seedSession(needs, organizationId, { epoch: 5 })
  const call = {
    id: needs.ids.next(),
    toolCallId: 'a/b/c',
    toolName: 'verify',
    params: { folder: 'x\u0000' },
    status: 'executing' as const,
    result: null,
    error: null,
    startedAt: new Date(1_000),
    completedAt: null,
  }
  const ended = { ...call, completedAt: new Date(3_500) }
  const write = (epoch: number, given: Parameters<typeof auditToolCalls>[1]['calls'][number]) =>
    auditToolCalls(needs, { organizationId, sessionId, epoch, calls: [given] })
  const rows = () =>
    needs.db.select().from(sessionToolInvocations).where(eq(sessionToolInvocations.sessionId, sessionId))
  await write(4, call)
  expect(await rows()).toEqual([])
  await write(5, call)
  await write(5, { ...ended, status: 'completed', result: { success: true, result: 'ok' } })
  await write(5, { ...ended, status: 'failed', error: 'late' })
  expect(await rows()).toMatchObject([{ status: 'completed', durationMs: 2_500, error: null, params: { folder: 'x' } }])
})

test('a sandbox token is good for its own session and generation only', async () => {
  const serviceToken = 's'.repeat(40)
  const sessionId = needs.ids.next()
  const token = await mintSandboxToken(needs, { serviceToken, sessionId, generation: 3 })
  const read = (text: string, key = serviceToken) => readSandboxToken(needs, { serviceToken: key, token: text })
  expect(await read(token)).toEqual({ sessionId, generation: 3 })
  const mac = token.split('.')[2] ?? ''
  const forged = [
    `${sessionId}.4.${mac}`,
    `${needs.ids.next()}.3.${mac}`,
    `${token}.`,
    `${sessionId}.03.${mac}`,
    token.slice(0, -1),
    '',
    '..',
  ]
  for (const text of forged) expect(await read(text)).toBeNull()
  expect(await read(token, 'k'.repeat(40))).toBeNull()
})

test('a bundle carries everything a sandbox boots from, and the completion rules of a run', async () => {
  const acme = await organization()
  const run = { runId: needs.ids.next(), automationId: needs.ids.next(), completionId: 'run:1:completion:v1' }
  const opening: SessionOpening = {
    sessionId: needs.ids.next(),
    organizationId: acme.organizationId,
    configurationId: acme.configurationId,
    sessionType: 'coding',
    clientType: 'automation',
    title: 'Fix it',
    modelId: 'scripted/agent',
    traceId: 'ab'.repeat(16),
    run,
    branch: 'proliferate/fix',
    instructions: 'Be brief.',
    files: [{ path: '.proliferate/trigger-context.json', content: '{}' }],
  }
  const input = { opening, generation: 2, checkpointRef: 'checkpoints/1', transcript: '# What happened' }
  const bundle = await buildBootBundle(needs, input)
  expect(bundle).toMatchObject({
    generation: 2,
    repositories: [{ name: acme.repositoryName, branch: 'main', commitSha: null, workspacePath: '.' }],
    git: { userName: 'Proliferate Agent', userEmail: 'agent@proliferate.invalid' },
    model,
    checkpointRef: 'checkpoints/1',
  })
  expect(bundle.tools).toContain('automation_complete')
  expect(bundle.systemPrompt).toContain(`run_id: ${run.runId}`)
  expect(bundle.systemPrompt).toContain('Be brief.')
  expect(bundle.files.map(({ path }) => path)).toEqual([
    '.proliferate/trigger-context.json',
    '.proliferate/actions-guide.md',
    '.proliferate/transcript.md',
  ])
  const unknown = buildBootBundle(needs, { ...input, opening: { ...opening, modelId: 'unknown' } })
  await expect(unknown).rejects.toMatchObject({ code: 'model.not_found' })
  const foreign = buildBootBundle(needs, {
    ...input,
    opening: { ...opening, organizationId: await seedOrganization(needs) },
  })
  await expect(foreign).rejects.toMatchObject({ code: 'configuration.not_found' })
})

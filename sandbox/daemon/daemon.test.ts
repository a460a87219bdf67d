import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { BootBundle, BootRepository } from '#schema/contracts/boot-bundle'
import { type ScriptedModel, startScriptedModel } from '../../scripts/scripted-model/server.ts'
import { bootBundle } from '../../tests/fakes/boot-bundle.ts'
import { type DaemonProcess, startDaemon } from '../../tests/fakes/daemon-process.ts'
import { type GitWorld, openGitWorld } from '../../tests/fakes/git-world.ts'
import { FakePlatform } from '../../tests/fakes/platform-server.ts'
import { git } from './git/git.ts'

/** Each of these starts a real OpenCode: 5 to 15 s on two cores. */
const TIMEOUT = 120_000
const SCRIPTS = path.join(import.meta.dirname, '../../tests/fixtures/model-scripts')
const FILES = { 'README.md': 'hello\n', '.gitignore': 'node_modules/\n' }
let world: GitWorld
let model: ScriptedModel
let repository: BootRepository
const disposals: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  world = await openGitWorld()
  model = await startScriptedModel({ scripts: SCRIPTS })
})
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose()
})
afterAll(async () => {
  await model?.stop()
  await world?.close()
})

async function platform(change: Partial<BootBundle> = {}): Promise<FakePlatform> {
  repository = await world.repository(`acme/r-${randomUUID().slice(0, 8)}`, FILES)
  const bundle = bootBundle({ repositories: [repository], ...change })
  const fake = new FakePlatform({ token: `${bundle.sessionId}.1.secret-of-the-sandbox`, bundle })
  fake.modelUrl = model.url
  fake.credentials = [{ urlPrefix: repository.url, username: 'x', password: world.token }]
  disposals.push(() => fake.stop())
  return fake.start()
}

async function daemonFor(fake: FakePlatform): Promise<DaemonProcess> {
  const daemon = await startDaemon({ platformUrl: fake.url, token: fake.token, sessionId: fake.bundle.sessionId })
  disposals.push(() => daemon.dispose())
  return daemon
}

const ready = (fake: FakePlatform) =>
  fake.event('boot.stage', ({ stage, state, generation }) => {
    return stage === 'ready' && state === 'finished' && generation === fake.bundle.generation
  })

function prompt(fake: FakePlatform, text: string): string {
  const promptId = randomUUID()
  fake.send({ kind: 'prompt', promptId, text })
  return promptId
}

const finished = (fake: FakePlatform, promptId: string) =>
  fake.event('prompt.finished', (event) => event.promptId === promptId, TIMEOUT)

/** Pids of the sandbox's processes whose command line matches. */
async function processes(daemon: DaemonProcess, pattern: RegExp): Promise<number[]> {
  const found: number[] = []
  for (const pid of await daemon.living()) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (pattern.test(command.replaceAll('\0', ' '))) found.push(pid)
  }
  return found
}

async function until(what: () => Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const giveUpAt = Date.now() + deadlineMs
  while (!(await what())) {
    if (Date.now() > giveUpAt) throw new Error('It did not come to that')
    await sleep(30)
  }
}

test(
  'a sandbox boots, works, shows its diff, pushes a branch, and leaves nothing running',
  { timeout: TIMEOUT },
  async () => {
    const fake = await platform({
      setupCommands: ['mkdir node_modules && env > node_modules/setup-environment'],
      files: [{ path: '.proliferate/trigger-context.json', content: '{"issue":7}' }],
      systemPrompt: 'You are the agent of this very test.',
    })
    fake.answerTool = () => ({ status: 200, body: { result: { success: true, result: 'Stored the evidence' } } })
    const daemon = await daemonFor(fake)
    await ready(fake)
    const stages = fake.eventsOf('boot.stage').filter(({ state }) => state !== 'progress')
    expect(stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual(
      ['clone', 'setup', 'agent', 'ready'].flatMap((stage) => [`${stage} started`, `${stage} finished`]),
    )

    const promptId = prompt(fake, 'Please [[script:edit]]')
    expect(await finished(fake, promptId)).toMatchObject({ outcome: 'finished', error: null })
    expect(fake.modelCalls[0]?.body).toContain('You are the agent of this very test.')
    expect(fake.modelCalls[0]?.path).toBe('/llm/openai/v1/chat/completions')
    expect(fake.eventsOf('text.completed').map(({ text }) => text)).toEqual([
      'I write a file.',
      'Now the environment.',
      'Done: the answer is 42.',
    ])
    const started = fake.eventsOf('tool.started')
    expect(started.map(({ tool }) => tool)).toEqual(['write', 'todowrite', 'bash', 'verify', 'request_env_variables'])
    const ended = fake.eventsOf('tool.finished')
    expect(new Set(ended.map(({ toolCallId }) => toolCallId))).toEqual(
      new Set(started.map(({ toolCallId }) => toolCallId)),
    )
    expect(fake.eventsOf('todo.updated')[0]?.items).toEqual([{ content: 'Write it', status: 'completed' }])

    // The id under which a tool calls the platform is the one its events have.
    const verify = started.find(({ tool }) => tool === 'verify')
    expect(fake.toolCalls.map(({ tool, body }) => [tool, body.tool_call_id])).toEqual([['verify', verify?.toolCallId]])
    expect(ended.find(({ tool }) => tool === 'verify')?.output).toBe('Stored the evidence')
    const asked = started.find(({ tool }) => tool === 'request_env_variables')
    expect(fake.eventsOf('env.requested')).toMatchObject([
      { toolCallId: asked?.toolCallId, keys: [{ key: 'API_URL' }] },
    ])

    const [diff] = fake.eventsOf('diff.updated')
    expect(diff?.files).toEqual([{ path: 'src/answer.js', status: 'added', additions: 1, deletions: 0 }])
    expect(diff?.patch).toContain('+export const answer = 42')

    await nothingSecretIn(fake, daemon, ended.find(({ tool }) => tool === 'bash')?.output ?? '')
    expect(await readdir(path.join(daemon.directory, 'agent/node_modules'))).toEqual([])

    const branch = 'proliferate/fix-1'
    const published = await fake.command({ kind: 'publish', branch, message: 'Answer' })
    expect(published).toMatchObject({ ok: true, result: { branch, pushed: true } })
    const { commitSha } = published.result as { commitSha: string }
    expect(fake.eventsOf('branch.pushed')).toMatchObject([{ repository: repository.name, branch, commitSha }])
    const bare = { cwd: path.join(world.root, `${repository.name}.git`) }
    expect(await git(world, ['ls-tree', '-r', '--name-only', branch], bare)).toBe(
      '.gitignore\nREADME.md\nsrc/answer.js',
    )
    expect(await git(world, ['log', '-1', '--format=%H %ae', branch], bare)).toBe(
      `${commitSha} agent@proliferate.example`,
    )
    expect(fake.credentialsAsked).toContain(repository.url)

    // The end of a turn has stored a checkpoint; asked for the same work again, it is the same one.
    await until(async () => fake.blobs.has('checkpoints/1-1.bundle'))
    fake.send({ kind: 'shutdown', reason: 'the test is over' })
    expect(await daemon.exited).toBe(0)
    expect(await daemon.living()).toEqual([])
    expect(fake.problems).toEqual([])
  },
)

async function nothingSecretIn(fake: FakePlatform, daemon: DaemonProcess, shell: string): Promise<void> {
  const secret = 'secret-of-the-sandbox'
  const setup = await readFile(path.join(daemon.workspace, 'node_modules/setup-environment'), 'utf8')
  for (const environment of [shell, setup]) {
    expect(environment).toContain(`HOME=${daemon.directory}/home`)
    expect(environment).not.toContain(secret)
    expect(environment).not.toMatch(/OPENCODE_SERVER_PASSWORD=./)
    expect(environment).not.toContain('VITEST')
  }
  const files = ['workspace/.git/config', 'home/.gitconfig', 'agent/git-credential', 'agent/instructions.md']
  for (const file of files) {
    const text = await readFile(path.join(daemon.directory, file), 'utf8')
    expect(text, file).not.toContain(secret)
    expect(text, file).not.toContain(world.token)
  }
  expect(JSON.stringify(fake.events)).not.toContain(secret)
  expect(await daemon.log()).not.toContain(secret)
}

test('a link that drops in the middle of a turn loses nothing and doubles nothing', { timeout: TIMEOUT }, async () => {
  const fake = await platform()
  await daemonFor(fake)
  await ready(fake)
  const promptId = prompt(fake, 'Please [[script:long]]')
  await fake.event('tool.started')
  fake.dropLink()
  await until(async () => fake.deltas.some(({ offset }) => offset > 24))
  fake.dropLink()
  await until(async () => fake.hellos.length >= 3 && fake.deltas.at(-1)?.offset !== 0)
  expect((await finished(fake, promptId)).outcome).toBe('finished')
  expectWholeTurn(fake, promptId)
  const { partId, text } = fake.eventsOf('text.completed')[1] ?? {}
  const open = fake.deltas.filter((delta) => delta.partId === partId)
  expect(open.filter(({ offset }) => offset === 0).length).toBeGreaterThan(1)
  for (const delta of open) expect(text?.slice(delta.offset, delta.offset + delta.text.length)).toBe(delta.text)
})

function expectWholeTurn(fake: FakePlatform, promptId: string): void {
  const types = fake.events.map(({ event }) => event.type)
  const turn = types.slice(types.indexOf('prompt.started'), types.indexOf('prompt.finished') + 1)
  expect(turn).toEqual([
    'prompt.started',
    'text.completed',
    'tool.started',
    'tool.finished',
    'text.completed',
    'prompt.finished',
  ])
  expect(fake.eventsOf('prompt.finished').map((event) => event.promptId)).toEqual([promptId])
  expect(fake.eventsOf('text.completed')[1]?.text).toHaveLength(349)
  expect(fake.problems).toEqual([])
}

test('a sandbox that is frozen in the middle of a turn goes on when it thaws', { timeout: TIMEOUT }, async () => {
  const fake = await platform()
  const daemon = await daemonFor(fake)
  await ready(fake)
  const promptId = prompt(fake, 'Please [[script:long]]')
  await until(async () => fake.deltas.some(({ offset }) => offset > 24))
  const frozen = await daemon.living()
  for (const pid of frozen) process.kill(pid, 'SIGSTOP')
  fake.dropLink()
  await sleep(12_500)
  for (const pid of frozen) process.kill(pid, 'SIGCONT')
  expect((await finished(fake, promptId)).outcome).toBe('finished')
  expectWholeTurn(fake, promptId)
  expect(await daemon.log()).toContain('daemon.thawed')
})

test(
  'OpenCode is restarted once for a prompt; a second crash fails it, and the sandbox stays',
  { timeout: TIMEOUT },
  async () => {
    const fake = await platform()
    const daemon = await daemonFor(fake)
    await ready(fake)
    const promptId = prompt(fake, 'Please [[script:hang]]')
    const crash = async (time: number) => {
      await until(
        async () =>
          fake.eventsOf('tool.started').length === time && (await processes(daemon, /^sleep 321/)).length === 1,
      )
      const [agent = 0] = await processes(daemon, /opencode.* serve/)
      process.kill(agent, 'SIGKILL')
      // What the dead agent's shell was doing ends with it.
      await until(async () => (await processes(daemon, /sleep 321/)).length === 0)
    }
    await crash(1)
    await fake.event('agent.restarted')
    await crash(2)
    const end = await finished(fake, promptId)
    expect(end).toMatchObject({ outcome: 'failed' })
    expect(end.error).toContain('SIGKILL')
    expect(fake.eventsOf('agent.error')).toHaveLength(1)
    expect(fake.eventsOf('tool.finished').map(({ status }) => status)).toEqual(['error', 'error'])
    const types = fake.events.map(({ event }) => event.type)
    expect(types.indexOf('tool.finished')).toBeLessThan(types.indexOf('agent.restarted'))
    // The continuation repeats the request, with what was said before it.
    const last = fake.modelCalls.at(-1)?.body ?? ''
    expect(last).toContain('ended unexpectedly and was restarted')
    expect(last.split('[[script:hang]]').length).toBe(3)

    const next = prompt(fake, 'Hello?')
    expect((await finished(fake, next)).outcome).toBe('finished')
    expect(fake.eventsOf('text.completed').at(-1)?.text).toBe('Hello.')
  },
)

test('the work of one sandbox goes on in the next, and a prompt can be canceled', { timeout: TIMEOUT }, async () => {
  const fake = await platform()
  const first = await daemonFor(fake)
  await ready(fake)
  await finished(fake, prompt(fake, 'Please [[script:edit]]'))
  const saved = await fake.command({ kind: 'checkpoint' })
  expect(saved).toMatchObject({ ok: true, result: { ref: 'checkpoints/1-1.bundle' } })
  expect((await fake.command({ kind: 'checkpoint' })).result).toEqual(saved.result)
  // Its host is gone: the pipe it holds ends.
  first.child.stdin?.end()
  expect(await first.exited).toBe(0)
  expect(await first.living()).toEqual([])

  // The second one speaks the other protocol to its model.
  const anthropic = { ...fake.bundle.model, protocol: 'anthropic' as const, basePath: '/llm/anthropic/v1' }
  fake.startAnew({ ...fake.bundle, generation: 2, checkpointRef: 'checkpoints/1-1.bundle', model: anthropic })
  const second = await daemonFor(fake)
  await ready(fake)
  expect(await readFile(path.join(second.workspace, 'src/answer.js'), 'utf8')).toContain('42')
  const promptId = prompt(fake, 'Please [[script:hang]]')
  const waiting = prompt(fake, 'Please [[script:edit]]')
  await until(async () => (await processes(second, /^sleep 321/)).length === 1)
  await fake.command({ kind: 'cancel', promptId: waiting })
  await fake.command({ kind: 'cancel', promptId })
  expect((await finished(fake, promptId)).outcome).toBe('canceled')
  expect((await finished(fake, waiting)).outcome).toBe('canceled')
  expect(fake.eventsOf('prompt.started').map((event) => event.promptId)).toEqual([promptId])
  expect(await processes(second, /sleep 321/)).toEqual([])
  expect(fake.modelCalls.at(-1)?.path).toBe('/llm/anthropic/v1/messages')
  expect(fake.eventsOf('diff.updated').at(-1)?.files).toMatchObject([{ path: 'src/answer.js', status: 'added' }])
})

test(
  'a failing setup command fails the boot with its words, and the sandbox stays to be asked',
  { timeout: TIMEOUT },
  async () => {
    const fake = await platform({ setupCommands: ['true', 'echo the reason >&2; exit 7'] })
    await daemonFor(fake)
    const failed = await fake.event('boot.stage', ({ state }) => state === 'failed')
    expect(failed.stage).toBe('setup')
    expect(failed.detail).toMatch(/Setup command 2 .* ended with code 7:\s+the reason/)
    expect(await fake.command({ kind: 'checkpoint' })).toMatchObject({
      ok: false,
      error: 'There is no working tree yet',
    })
  },
)

test(
  'when the host is gone in the middle of a boot, what the boot started ends too',
  { timeout: TIMEOUT },
  async () => {
    const fake = await platform({ setupCommands: ['sleep 322 & sleep 322'] })
    const daemon = await daemonFor(fake)
    await until(async () => (await processes(daemon, /^sleep 322/)).length === 2)
    daemon.child.stdin?.end()
    expect(await daemon.exited).toBe(0)
    expect(await daemon.living()).toEqual([])
  },
)

test('a sandbox that is not wanted any more ends by itself', { timeout: TIMEOUT }, async () => {
  const fake = await platform()
  for (const status of [401, 410]) {
    fake.bundleStatus = status
    const daemon = await daemonFor(fake)
    expect(await daemon.exited).toBe(0)
  }
  fake.bundleStatus = 503
  const refusals = fake.refusals
  const daemon = await daemonFor(fake)
  await until(async () => fake.refusals >= refusals + 2)
  fake.bundleStatus = 200
  await refuseLink(fake, daemon)
})

test('a sandbox that is refused in the middle of its boot leaves nothing behind', { timeout: TIMEOUT }, async () => {
  const fake = await platform()
  for (let time = 0; time < 4; time += 1) {
    await refuseLink(fake, await daemonFor(fake))
  }
})

/** The link is there while the boot goes on; what the boot would start next must not be started. */
async function refuseLink(fake: FakePlatform, daemon: DaemonProcess): Promise<void> {
  const hellos = fake.hellos.length
  await until(async () => fake.hellos.length > hellos)
  fake.closeLink(4410)
  expect(await daemon.exited).toBe(0)
  expect(await daemon.living()).toEqual([])
}

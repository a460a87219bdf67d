import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createBareRepository, type GitServer, startGitServer } from '../../scripts/git-server/git-server.ts'
import { type ScriptedModel, startScriptedModel } from '../../scripts/scripted-model/server.ts'
import { bootBundle } from '../../tests/fakes/boot-bundle.ts'
import { type DaemonProcess, startDaemon } from '../../tests/fakes/daemon-process.ts'
import { FakePlatform } from '../../tests/fakes/platform-server.ts'

const TIMEOUT = 120_000
const REPOSITORY_ID = randomUUID()
let folder: string
let git: GitServer
let model: ScriptedModel
const disposals: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'daemon-suite-'))
  const seed = path.join(folder, 'seed')
  await mkdir(seed)
  await writeFile(path.join(seed, 'README.md'), 'hello\n')
  await writeFile(path.join(seed, '.gitignore'), 'node_modules/\n')
  await createBareRepository(path.join(folder, 'git'), 'acme/widgets.git', seed)
  git = await startGitServer({ root: path.join(folder, 'git'), token: 's3cret' })
  model = await startScriptedModel({ scripts: path.join(import.meta.dirname, '../../tests/fixtures/model-scripts') })
})
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose()
})
afterAll(async () => {
  await git?.stop()
  await model?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function platform(change = {}): Promise<FakePlatform> {
  const url = `${git.url}/acme/widgets.git`
  const repository = {
    repositoryId: REPOSITORY_ID, name: 'acme/widgets', url, branch: 'main', commitSha: null, workspacePath: '.',
  }
  const fake = new FakePlatform({ token: 'token-of-the-sandbox', bundle: bootBundle({ repositories: [repository], ...change }) })
  fake.modelUrl = model.url
  fake.credentials = [{ urlPrefix: url, username: 'x', password: 's3cret' }]
  disposals.push(() => fake.stop())
  return fake.start()
}

async function daemonFor(fake: FakePlatform): Promise<DaemonProcess> {
  const daemon = await startDaemon({ platformUrl: fake.url, token: fake.token, sessionId: fake.bundle.sessionId })
  disposals.push(() => daemon.dispose())
  return daemon
}

test('a sandbox boots', { timeout: TIMEOUT }, async () => {
  const fake = await platform()
  const daemon = await daemonFor(fake)
  try {
    await fake.event('boot.stage', (event) => event.stage === 'ready' && event.state === 'finished')
    const promptId = randomUUID()
    await fake.command({ kind: 'prompt', promptId, text: 'Do [[script:edit]]' })
    await fake.event('prompt.finished')
    console.log(await fake.command({ kind: 'publish', branch: 'proliferate/x', message: 'Work' }))
    console.log(await fake.command({ kind: 'checkpoint' }))
  } finally {
    for (const e of fake.events) console.log(JSON.stringify(e).slice(0, 700))
    console.log(fake.problems, fake.deltas.slice(0, 5), [...fake.blobs.keys()])
    console.log(await daemon.log())
  }
})

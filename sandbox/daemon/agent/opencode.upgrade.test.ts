import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ScriptedModel, startScriptedModel } from '../../../scripts/scripted-model/server.ts'
import { bootBundle } from '../../../tests/fakes/boot-bundle.ts'
import { readSettings, type Settings, shellEnvironment } from '../environment.ts'
import { findOpenCode } from './opencode-binary.ts'
import { OpenCodeClient } from './opencode-client.ts'
import { modelName, OPENCODE_VERSION, writeOpenCodeHome } from './opencode-home.ts'
import { type OpenCodeServer, startOpenCode } from './opencode-server.ts'
import { promptIds } from './prompt-ids.ts'
import { readTurn } from './read-turn.ts'

// What we rely on in OpenCode and nobody has promised us. A new version that breaks one of these breaks the product.

const TIMEOUT = 120_000
/** Without the offline trick the first prompt waits for the npm registry: more than a minute where there is none. */
const FIRST_PROMPT_MS = 40_000
const PROBE = `export default {
  description: 'Probe', args: { word: { type: 'string' } },
  execute: async ({ word }, context) => JSON.stringify({
    word, sessionID: context.sessionID, messageID: context.messageID, callID: context.callID,
    abort: context.abort instanceof AbortSignal,
  }),
}`
const log = { info: () => undefined, warn: () => undefined }
let directory: string
let settings: Settings
let model: ScriptedModel
let platform: ReturnType<typeof createServer>
let server: OpenCodeServer
let client: OpenCodeClient

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'opencode-upgrade-'))
  model = await startScriptedModel({ scripts: path.join(import.meta.dirname, '../../../tests/fixtures/model-scripts') })
  platform = createServer((request, response) => void forward(request, response)).listen(0, '127.0.0.1')
  await once(platform, 'listening')
  settings = readSettings({
    PATH: process.env['PATH'],
    PLATFORM_URL: `http://127.0.0.1:${(platform.address() as AddressInfo).port}`,
    SANDBOX_TOKEN: 'token',
    SESSION_ID: randomUUID(),
    SANDBOX_DIRECTORY: directory,
  })
  await mkdir(settings.places.workspace, { recursive: true })
  await writeOpenCodeHome(settings, bootBundle({ tools: ['verify'] }))
  await writeFile(path.join(settings.places.agent, 'tool/probe.js'), PROBE)
  server = await startOpenCode({ log, ending: new AbortController().signal }, settings)
  client = new OpenCodeClient(server, settings.places.workspace)
}, TIMEOUT)
afterAll(async () => {
  await server?.stop()
  await model?.stop()
  platform?.close()
  await rm(directory, { recursive: true, force: true })
})

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const reply = await fetch(model.url + (request.url ?? '').replace('/llm/openai', ''), {
    method: 'POST',
    body: Buffer.concat(chunks),
  })
  response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? '' }).end(await reply.text())
}

async function answered(sessionId: string, messageId: string) {
  const giveUpAt = Date.now() + FIRST_PROMPT_MS
  for (;;) {
    const messages = await client.messages(sessionId)
    if (readTurn(messages, messageId).state === 'finished') return messages
    if (Date.now() > giveUpAt) throw new Error('The prompt was not answered')
    await sleep(100)
  }
}

test('it is the version all this was tried with', () => {
  const version = execFileSync(findOpenCode(undefined), ['--version'], { env: shellEnvironment(settings) })
  expect(String(version).trim()).toBe(OPENCODE_VERSION)
})

test(
  'the same prompt handed over three times is one message with one answer, without any package installed',
  { timeout: TIMEOUT },
  async () => {
    const sessionId = await client.createSession('Upgrade')
    const { messageID, partID } = promptIds(randomUUID(), 1, Date.now())
    const prompt = { messageID, model: modelName('scripted'), parts: [{ id: partID, type: 'text', text: 'Hello?' }] }
    for (let time = 0; time < 3; time += 1) await client.prompt(sessionId, prompt)
    const messages = await answered(sessionId, messageID)
    expect(
      messages.map(({ info, parts }) => [
        info.role,
        parts.filter(({ type }) => type === 'text').map(({ text }) => text),
      ]),
    ).toEqual([
      ['user', ['Hello?']],
      ['assistant', ['Hello.']],
    ])
    await expect.poll(() => client.isIdle(sessionId)).toBe(true)
    for (const folder of [settings.places.agent, path.join(settings.places.home, '.config/opencode')]) {
      expect(await readdir(path.join(folder, 'node_modules'))).toEqual([])
    }
  },
)

test(
  'a tool is loaded from the configuration folder and told session, message and call, as its events are',
  { timeout: TIMEOUT },
  async () => {
    expect(await client.toolIds()).toEqual(expect.arrayContaining(['bash', 'write', 'verify', 'probe']))
    const sessionId = await client.createSession('Upgrade')
    const { messageID, partID } = promptIds(randomUUID(), 1, Date.now())
    const parts = [{ id: partID, type: 'text', text: '[[script:probe]]' }]
    await client.prompt(sessionId, { messageID, model: modelName('scripted'), parts })
    const messages = await answered(sessionId, messageID)
    const call = messages.flatMap((message) => message.parts).find(({ type }) => type === 'tool')
    expect(call?.callID).toMatch(/.+/)
    expect(JSON.parse(call?.state?.output ?? '')).toEqual({
      word: 'hello',
      sessionID: sessionId,
      messageID: call?.messageID,
      callID: call?.callID,
      abort: true,
    })
  },
)

test('it listens on 127.0.0.1 only, and wants the password', async () => {
  expect((await fetch(`${server.url}/session`)).status).toBe(401)
  const sockets = execFileSync('/bin/sh', ['-c', 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true']).toString()
  const port = Number(new URL(server.url).port).toString(16).toUpperCase().padStart(4, '0')
  const listening = sockets
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A')
  const ours = listening.map((fields) => fields[1] ?? '').filter((address) => address.endsWith(`:${port}`))
  if (process.platform === 'linux') expect(ours).toEqual([`0100007F:${port}`])
})

test('a sandbox that ends starts no agent any more', async () => {
  await expect(startOpenCode({ log, ending: AbortSignal.abort() }, settings)).rejects.toThrow('The sandbox is ending')
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readScripts } from './script-file.ts'
import { startScriptedModel } from './server.ts'
import type { ScriptedModel } from './server.ts'

let folder: string
let model: ScriptedModel

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scripted-model-test-'))
  const steps = [
    { text: 'I look into the file first of all.', tools: [{ name: 'read', args: { filePath: 'a.ts' } }] },
    { text: 'Done.' },
  ]
  await writeFile(path.join(folder, 'default.json'), JSON.stringify({ name: 'default', steps }))
  const slow = { name: 'slow', steps: [{ text: 'x'.repeat(240), slowMs: 50 }] }
  await writeFile(path.join(folder, 'slow.json'), JSON.stringify(slow))
  model = await startScriptedModel({ scripts: folder })
})
afterAll(async () => {
  await model?.stop()
  await rm(folder, { recursive: true, force: true })
})

const post = (route: string, body: object) =>
  fetch(`${model.url}/v1/${route}`, { method: 'POST', body: JSON.stringify({ model: 'scripted', ...body }) })

type SseData = Record<string, unknown> & { type?: string }

async function readEvents(reply: Response): Promise<SseData[]> {
  const lines = (await reply.text()).split('\n').filter((line) => line.startsWith('data: '))
  return lines.filter((line) => line !== 'data: [DONE]').map((line) => JSON.parse(line.slice(6)) as SseData)
}

const slowRequest = { model: 'scripted', stream: true, messages: [{ role: 'user', content: '[[script:slow]]' }] }
const question = [{ role: 'user', content: 'Hello' }]

test('a streamed chat completion adds up to the one that is not streamed', async () => {
  const whole = (await (await post('chat/completions', { messages: question })).json()) as {
    choices: [{ message: { content: string; tool_calls: [{ id: string; function: object }] }; finish_reason: string }]
  }
  const [{ message, finish_reason }] = whole.choices
  expect(message.content).toBe('I look into the file first of all.')
  expect(message.tool_calls[0]).toMatchObject({ id: expect.stringMatching(/^call_[0-9a-f]{24}$/), type: 'function' })
  expect(finish_reason).toBe('tool_calls')

  const reply = await post('chat/completions', { messages: question, stream: true })
  expect(reply.headers.get('content-type')).toBe('text/event-stream')
  type Delta = { content?: string; tool_calls?: [{ id?: string; function: { name?: string; arguments: string } }] }
  const events = (await readEvents(reply)) as { choices: [{ delta: Delta; finish_reason: string | null }] | [] }[]
  const deltas = events.flatMap(({ choices }) => choices.map(({ delta }) => delta))
  const calls = deltas.flatMap((delta) => delta.tool_calls ?? [])
  expect(deltas.map((delta) => delta.content ?? '').join('')).toBe(message.content)
  expect(calls[0]?.id).toBe(message.tool_calls[0].id)
  const streamed = { name: calls[0]?.function.name, arguments: calls.map((call) => call.function.arguments).join('') }
  expect(streamed).toEqual(message.tool_calls[0].function)
  expect(events.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls')
})

test('tool results lead to the next step, in both protocols', async () => {
  const chat = [...question, { role: 'assistant', content: null }, { role: 'tool', content: 'text' }]
  const completion = await (await post('chat/completions', { messages: chat })).json()
  expect(completion).toMatchObject({ choices: [{ message: { content: 'Done.' }, finish_reason: 'stop' }] })

  const results = [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'text' }]
  const messages = [...question, { role: 'assistant', content: [] }, { role: 'user', content: results }]
  const message = await (await post('messages', { system: [{ type: 'text', text: 'Be kind' }], messages })).json()
  expect(message).toMatchObject({ content: [{ type: 'text', text: 'Done.' }], stop_reason: 'end_turn' })
})

test('a user text beside tool results starts a new turn', async () => {
  const content = [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'aborted' }, { type: 'text', text: 'Again' }]
  const messages = [...question, { role: 'assistant', content: [] }, { role: 'user', content }]
  const message = await (await post('messages', { messages })).json()
  expect(message).toMatchObject({ stop_reason: 'tool_use' })
})

test('a streamed Anthropic message adds up to the one that is not streamed', async () => {
  const whole = (await (await post('messages', { messages: question })).json()) as {
    content: [{ text: string }, { type: 'tool_use'; id: string; input: object }]
  }
  const events = await readEvents(await post('messages', { messages: question, stream: true }))
  type Deltas = { delta: { text?: string; partial_json?: string } }[]
  const deltas = events.filter(({ type }) => type === 'content_block_delta') as unknown as Deltas
  expect(deltas.map(({ delta }) => delta.text ?? '').join('')).toBe(whole.content[0].text)
  expect(JSON.parse(deltas.map(({ delta }) => delta.partial_json ?? '').join(''))).toEqual(whole.content[1].input)
  expect(whole.content[1].id).toMatch(/^toolu_/)
  expect([events[0]?.type, events.at(-1)?.type]).toEqual(['message_start', 'message_stop'])
})

test('a slow script arrives piece by piece', async () => {
  const reply = await post('chat/completions', slowRequest)
  let pieces = 0
  for await (const _ of reply.body ?? []) pieces += 1
  expect(pieces).toBeGreaterThan(5)
})

test('a client that leaves in the middle of a stream does not disturb the next one', async () => {
  const leave = new AbortController()
  const body = JSON.stringify(slowRequest)
  const reply = await fetch(`${model.url}/v1/chat/completions`, { method: 'POST', body, signal: leave.signal })
  leave.abort()
  await reply.text().catch(() => undefined)
  expect((await fetch(`${model.url}/health`)).status).toBe(200)
})

test('a request that is not understood is 400 with the reason', async () => {
  const broken = await fetch(`${model.url}/v1/chat/completions`, { method: 'POST', body: '{' })
  expect(broken.status).toBe(400)
  expect(await (await post('messages', {})).json()).toMatchObject({
    type: 'error',
    error: { message: expect.stringContaining('messages') },
  })
})

test('unusable script files are refused at the start, all of them named', async () => {
  const broken = await mkdtemp(path.join(folder, 'broken-'))
  await writeFile(path.join(broken, 'a.json'), '{ "name": "a", "steps": [] }')
  await writeFile(path.join(broken, 'b.json'), '{ "name": "b", "when": "(", "steps": [{ "txt": "x" }] }')
  await writeFile(path.join(broken, 'c.json'), 'not json')
  const failure = await readScripts(broken).catch((error: Error) => error.message)
  for (const part of ['a.json', 'b.json', 'regular expression', 'txt', 'c.json', 'no script is called "default"']) {
    expect(failure).toContain(part)
  }
})

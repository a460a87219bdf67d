import { beforeEach, expect, test } from 'vitest'
import { SandboxEvent } from '#schema/contracts/session-events'
import type { HarnessEvent, Message, Part } from './opencode-schema.ts'
import { promptIds } from './prompt-ids.ts'
import { readTurn } from './read-turn.ts'
import { Translator } from './translate.ts'

let events: SandboxEvent[]
let live: string[]
let translator: Translator
beforeEach(() => {
  events = []
  live = []
  translator = new Translator({
    record: (event) => void events.push(SandboxEvent.parse(event)),
    live: { append: (_part, text) => void live.push(text), close: () => undefined },
  })
  translator.follow('ses_1')
})

const info = (change = {}) => ({ id: 'msg_2', sessionID: 'ses_1', role: 'assistant', time: { created: 1 }, ...change })
const assistant = (change = {}): HarnessEvent => ({
  type: 'message.updated',
  properties: { sessionID: 'ses_1', info: info(change) },
})
const part = (change: Partial<Part>): Part => ({
  id: 'prt_1',
  messageID: 'msg_2',
  sessionID: 'ses_1',
  type: 'text',
  ...change,
})
const updated = (change: Partial<Part>): HarnessEvent => ({
  type: 'message.part.updated',
  properties: { sessionID: change.sessionID ?? 'ses_1', part: part(change) },
})
const delta = (text: string): HarnessEvent => ({
  type: 'message.part.delta',
  properties: { sessionID: 'ses_1', messageID: 'msg_2', partID: 'prt_1', field: 'text', delta: text },
})
const tool = (status: string, change = {}): Partial<Part> => ({
  id: 'prt_t',
  type: 'tool',
  tool: 'bash',
  callID: 'call_1',
  state: { status, input: { command: 'ls' }, ...change },
})
const types = () => events.map(({ type }) => type)

test('text is shown live and recorded once, when it is complete', () => {
  translator.take(assistant())
  translator.take(updated({ text: '', time: { start: 1 } }))
  for (const text of ['Hel', 'lo']) translator.take(delta(text))
  for (let time = 0; time < 3; time += 1) translator.take(updated({ text: 'Hello', time: { start: 1, end: 2 } }))
  translator.take(delta(' late'))
  expect(live).toEqual(['Hel', 'lo'])
  expect(events).toEqual([{ type: 'text.completed', messageId: 'msg_2', partId: 'prt_1', text: 'Hello' }])
})

test('what a person wrote, other sessions and empty texts are not shown', () => {
  translator.take(assistant({ id: 'msg_1', role: 'user' }))
  translator.take(updated({ messageID: 'msg_1', text: 'the prompt', time: { start: 1, end: 1 } }))
  const inSub: HarnessEvent = {
    type: 'message.updated',
    properties: { sessionID: 'ses_sub', info: info({ id: 'msg_sub', sessionID: 'ses_sub' }) },
  }
  translator.take(inSub)
  translator.take(
    updated({ sessionID: 'ses_sub', messageID: 'msg_sub', text: 'sub-agent', time: { start: 1, end: 1 } }),
  )
  translator.take(assistant())
  translator.take(updated({ text: '  ', time: { start: 1, end: 1 } }))
  expect(events).toEqual([])
})

test('a tool is started with its input and finished with its result, under an id no model can make collide', () => {
  translator.take(assistant())
  translator.take(updated(tool('pending')))
  for (let time = 0; time < 2; time += 1) translator.take(updated(tool('running', { time: { start: 100 } })))
  const done = tool('completed', { output: 'files', title: 'List', time: { start: 100, end: 350 } })
  for (let time = 0; time < 2; time += 1) translator.take(updated(done))
  const toolCallId = 'ses_1/msg_2/call_1'
  expect(events).toEqual([
    {
      type: 'tool.started',
      messageId: 'msg_2',
      partId: 'prt_t',
      toolCallId,
      tool: 'bash',
      title: null,
      input: { command: 'ls' },
    },
    {
      type: 'tool.finished',
      toolCallId,
      tool: 'bash',
      status: 'completed',
      title: 'List',
      output: 'files',
      durationMs: 250,
    },
  ])
})

test('what was said before a tool call comes before it, though OpenCode ends the text later', () => {
  translator.take(assistant())
  translator.take(updated({ text: '', time: { start: 1 } }))
  translator.take(delta('I look. '))
  translator.take(updated(tool('running')))
  translator.take(updated({ text: 'I look.', time: { start: 1, end: 2 } }))
  expect(types()).toEqual(['text.completed', 'tool.started'])
})

test('reading all messages again adds exactly what was missed', () => {
  translator.take(assistant())
  translator.take(updated({ text: '', time: { start: 1 } }))
  translator.take(delta('Hel'))
  translator.markGap()
  translator.take(delta('o'))
  const messages: Message[] = [
    {
      info: info(),
      parts: [
        part({ text: 'Hello', time: { start: 1, end: 2 } }),
        part(tool('completed', { output: 'x' })),
        part({ id: 'p', type: 'step-finish' }),
      ],
    },
  ]
  translator.takeMessages(messages)
  translator.takeMessages(messages)
  expect(live).toEqual(['Hel'])
  expect(types()).toEqual(['text.completed', 'tool.started', 'tool.finished'])
  expect(events[0]).toMatchObject({ text: 'Hello' })
})

test('when the harness is gone, what is open is ended', () => {
  translator.take(assistant())
  translator.take(updated({ text: '', time: { start: 1 } }))
  translator.take(delta('Half a sen'))
  translator.take(updated({ ...tool('running'), messageID: 'msg_2' }))
  translator.closeOpen('The agent process ended')
  translator.closeOpen('again')
  translator.take(updated(tool('running')))
  expect(types()).toEqual(['text.completed', 'tool.started', 'tool.finished'])
  expect(events[2]).toMatchObject({ status: 'error', output: 'The agent process ended' })
})

test('huge inputs and outputs are cut: of an output the end is kept', () => {
  translator.take(assistant())
  const input = { content: 'x'.repeat(100_000), list: [{ deep: 'y'.repeat(100_000) }] }
  translator.take(updated(tool('completed', { input, output: `${'z'.repeat(100_000)}the end` })))
  const [started, finished] = events
  expect(JSON.stringify(started).length).toBeLessThan(20_000)
  expect(finished?.type === 'tool.finished' && finished.output.length).toBeLessThanOrEqual(32 * 1024)
  expect(finished?.type === 'tool.finished' && finished.output.endsWith('the end')).toBe(true)
})

test('each retry of the model is told once', () => {
  const status = (attempt: number): HarnessEvent => ({
    type: 'session.status',
    properties: { sessionID: 'ses_1', status: { type: 'retry', attempt, message: 'overloaded' } },
  })
  for (const attempt of [1, 1, 2]) translator.take(status(attempt))
  expect(events).toEqual([1, 2].map((attempt) => ({ type: 'agent.retrying', attempt, message: 'overloaded' })))
})

test('a turn is over only when the messages say so', () => {
  const user: Message = { info: info({ id: 'msg_1', role: 'user' }), parts: [] }
  const answer = (change = {}, parts: Part[] = []): Message => ({
    info: info({ time: { created: 1, completed: 2 }, ...change }),
    parts,
  })
  const turn = (...messages: Message[]) => readTurn(messages, 'msg_1').state
  expect(turn()).toBe('unclear')
  expect(turn(user)).toBe('unclear')
  expect(turn(answer({ finish: 'stop' }), user)).toBe('unclear')
  expect(turn(user, answer({ time: { created: 1 } }))).toBe('unclear')
  expect(turn(user, answer({ finish: 'tool-calls' }))).toBe('unclear')
  expect(turn(user, answer({ finish: 'stop' }, [part(tool('running'))]))).toBe('unclear')
  expect(turn(user, answer({ finish: 'tool-calls' }), answer({ finish: 'stop' }))).toBe('finished')
  expect(turn(user, answer({ error: { name: 'MessageAbortedError' } }))).toBe('aborted')
  expect(readTurn([user, answer({ error: { name: 'APIError', data: { message: 'no credit' } } })], 'msg_1')).toEqual({
    state: 'failed',
    error: 'no credit',
  })
})

test('ids of prompts are the same for the same prompt and moment, and sort by the moment', () => {
  const [early, late] = [Date.UTC(2026, 1, 1), Date.UTC(2026, 1, 1) + 1]
  expect(promptIds('p', 1, early)).toEqual(promptIds('p', 1, early))
  expect(promptIds('p', 1, early).messageID).toMatch(/^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/)
  expect(promptIds('p', 2, early)).not.toEqual(promptIds('p', 1, early))
  const moment = (atMs: number) => promptIds('p', 1, atMs).messageID.slice(0, 'msg_'.length + 12)
  expect(moment(late) > moment(early)).toBe(true)
})

import { describe, expect, it } from 'vitest'
import type { SessionEvent, SessionEventBody } from '#schema/contracts/session-events'
import type { ServerFrame } from '#schema/contracts/session-socket'
import { conversationOf, EMPTY_STREAM, firstSeqOf, isWorking, reduceStream } from './session-stream.ts'
import type { SessionStream, StreamInput } from './session-stream.ts'

const SESSION = '01990000-0000-7000-8000-000000000001'
const PROMPT = '01990000-0000-7000-8000-000000000002'
const RUN = '01990000-0000-7000-8000-000000000003'
const START = Date.parse('2026-11-21T10:00:00.000Z')

function log(bodies: SessionEventBody[], from = 1): SessionEvent[] {
  return bodies.map((event, index) => {
    const seq = from + index
    return { seq, at: new Date(START + seq * 1_000).toISOString(), event }
  })
}

function init(events: SessionEvent[], more: Partial<Extract<ServerFrame, { type: 'init' }>> = {}): ServerFrame {
  const lastSeq = events.at(-1)?.seq ?? 0
  const picture = { sessionId: SESSION, status: 'running' as const, statusReason: null, lastSeq, reset: false }
  return { type: 'init', ...picture, events, openParts: [], ...more }
}

const read = (...inputs: StreamInput[]) => inputs.reduce(reduceStream, EMPTY_STREAM)
const delta = (offset: number, text: string, partId = 'part'): ServerFrame => {
  return { type: 'delta', messageId: 'message', partId, kind: 'text', offset, text }
}
const kinds = (stream: SessionStream) => conversationOf(stream).map((item) => item.kind)

const asked: SessionEventBody = { type: 'prompt.queued', promptId: PROMPT, text: 'Fix it', author: 'Ada' }
const began: SessionEventBody = { type: 'prompt.started', promptId: PROMPT }
const finished: SessionEventBody = { type: 'prompt.finished', promptId: PROMPT, outcome: 'finished', error: null }
const said: SessionEventBody = { type: 'text.completed', messageId: 'message', partId: 'part', text: 'Hello world' }
const ranTests: SessionEventBody = {
  type: 'tool.started',
  messageId: 'message',
  partId: 'tool-part',
  toolCallId: 'call',
  tool: 'bash',
  title: null,
  input: { command: 'npm test' },
}
const testsRan: SessionEventBody = {
  type: 'tool.finished',
  toolCallId: 'call',
  tool: 'bash',
  status: 'completed',
  title: 'Run the tests',
  output: '12 passed',
  durationMs: null,
}

describe('what a client holds', () => {
  it('is nothing until the first picture arrives', () => {
    expect(EMPTY_STREAM.ready).toBe(false)
    expect(read(init([])).ready).toBe(true)
  })

  it('takes the status of the picture and of each later change', () => {
    const failed: SessionEventBody = { type: 'session.status', status: 'failed', reason: 'No sandbox' }
    const stream = read(init([]), { type: 'events', events: log([failed]) })
    expect(stream).toMatchObject({ status: 'failed', statusReason: 'No sandbox' })
  })

  it('ignores events it has', () => {
    const events = log([asked, began, said])
    const stream = read(init(events), { type: 'events', events }, { type: 'events', events: events.slice(1) })
    expect(kinds(stream)).toEqual(['prompt', 'text'])
    expect(stream.lastSeq).toBe(3)
  })

  it('wants to resume when events are missing, and takes none from behind the gap', () => {
    const stream = read(init(log([asked])), { type: 'events', events: log([said], 3) })
    expect(stream).toMatchObject({ wantsResume: true, lastSeq: 1 })
    const resumed = reduceStream(stream, init(log([began, said], 2)))
    expect(resumed).toMatchObject({ wantsResume: false, lastSeq: 3 })
    expect(kinds(resumed)).toEqual(['prompt', 'text'])
  })

  it('drops what it had when the session says that it was too far behind', () => {
    const stream = read(init(log([asked, said])), init(log([ranTests], 900), { reset: true }))
    expect(kinds(stream)).toEqual(['tool'])
    expect([firstSeqOf(stream), stream.lastSeq]).toEqual([900, 900])
  })

  it('starts over when the log is shorter than what it has, or begins behind a hole', () => {
    expect(read(init(log([asked, began, said])), init(log([asked]))).lastSeq).toBe(1)
    expect(read(init(log([asked])), init(log([said], 5)))).toMatchObject({ lastSeq: 5, wantsResume: false })
  })

  it('puts older pages before what it holds, and refuses a page that does not touch it', () => {
    const all = log([asked, began, said, ranTests, testsRan])
    const late = read(init(all.slice(3), { reset: true }))
    expect(reduceStream(late, { type: 'older', events: all.slice(0, 2) })).toBe(late)
    const whole = reduceStream(late, { type: 'older', events: all.slice(0, 3) })
    expect(whole.view).toEqual(read(init(all)).view)
    expect(firstSeqOf(whole)).toBe(1)
  })
})

describe('text that is being written', () => {
  it('grows by the deltas and keeps its key when it is completed', () => {
    const writing = read(init(log([asked, began])), delta(0, 'Hello'), delta(5, ' world'))
    expect(conversationOf(writing).at(-1)).toEqual({ kind: 'text', key: 'part', text: 'Hello world', streaming: true })
    const done = reduceStream(writing, { type: 'events', events: log([said], 3) })
    expect(conversationOf(done).at(-1)).toEqual({ kind: 'text', key: 'part', text: 'Hello world', streaming: false })
    expect(done.openParts).toEqual([])
  })

  it('ignores what lies before the length it holds', () => {
    const stream = read(init([]), delta(0, 'Hello'), delta(0, 'Hello'), delta(3, 'lo wor'), delta(1, 'ell'))
    expect(stream.openParts[0]?.text).toBe('Hello wor')
  })

  it('wants to resume when a delta continues from a place it has not reached', () => {
    const stream = read(init([]), delta(0, 'Hel'), delta(5, ' world'))
    expect(stream).toMatchObject({ wantsResume: true })
    const openParts = [{ messageId: 'message', partId: 'part', kind: 'text' as const, text: 'Hello world' }]
    expect(reduceStream(stream, init([], { openParts })).openParts[0]?.text).toBe('Hello world')
  })

  it('does not open a completed part again', () => {
    const stream = read(init(log([asked, began, said])))
    expect(reduceStream(stream, delta(0, 'Hello'))).toBe(stream)
    const openParts = [{ messageId: 'message', partId: 'part', kind: 'text' as const, text: 'Hello' }]
    expect(read(init(log([said]), { openParts })).openParts).toEqual([])
  })

  it.each([
    ['the next turn begins', began],
    ['its turn ends', finished],
    ['the session rests', { type: 'session.status', status: 'paused', reason: null } satisfies SessionEventBody],
  ])('is dropped when %s without it', (_, event) => {
    const stream = read(init([]), delta(0, 'cut off'), { type: 'events', events: log([asked, event]) })
    expect(stream.openParts).toEqual([])
  })
})

describe('the turn', () => {
  it('works from the start of a prompt to its end', () => {
    expect(read(init(log([asked]))).view.turn).toBe('unknown')
    expect(read(init(log([asked, began]))).view.turn).toBe('working')
    expect(read(init(log([asked, began, finished]))).view.turn).toBe('idle')
  })

  it('is taken to work when the events held begin in the middle of one', () => {
    expect(isWorking(read(init(log([ranTests], 700), { reset: true })))).toBe(true)
    expect(isWorking(read(init([]), delta(0, 'a')))).toBe(true)
    expect(isWorking(read(init([])))).toBe(false)
  })

  it('ends with the session', () => {
    const stopped: SessionEventBody = { type: 'session.status', status: 'stopped', reason: null }
    expect(read(init(log([asked, began, stopped]))).view.turn).toBe('idle')
  })

  it('keeps the reason of a prompt that failed', () => {
    const events = log([
      asked,
      { type: 'prompt.finished', promptId: PROMPT, outcome: 'failed', error: 'Model away' },
      { type: 'prompt.changed', promptId: PROMPT, state: 'failed', error: null },
    ])
    expect(read(init(events)).view.items[0]).toMatchObject({ state: 'failed', error: 'Model away' })
  })
})

describe('tool calls', () => {
  it('are one row from start to end, measured by the log when the sandbox did not', () => {
    const stream = read(init(log([ranTests, testsRan])))
    expect(stream.view.items).toEqual([
      {
        kind: 'tool',
        key: 'call',
        tool: 'bash',
        title: 'Run the tests',
        input: { command: 'npm test' },
        state: 'completed',
        output: '12 passed',
        startedAt: '2026-11-21T10:00:01.000Z',
        durationMs: 1_000,
      },
    ])
  })

  it('show their result when the beginning is not loaded, and stay finished when it is told late', () => {
    expect(read(init(log([testsRan, ranTests]))).view.items).toMatchObject([{ state: 'completed', input: {} }])
  })
})

describe('a boot', () => {
  const stage = (name: 'queued' | 'provider' | 'clone' | 'ready', state: 'started' | 'finished' | 'failed') =>
    ({ type: 'boot.stage', generation: 1, stage: name, state, detail: null, durationMs: null }) as const

  it('is one panel; a stage that begins ends the ones before it', () => {
    const begun = [stage('queued', 'started'), stage('provider', 'started'), stage('clone', 'started')]
    const stream = read(init(log(begun)))
    const [boot] = stream.view.items
    const steps = boot?.kind === 'boot' ? boot.steps.map(({ stage: name, state }) => `${name} ${state}`) : []
    expect(steps).toEqual([
      'queued finished',
      'provider finished',
      'clone running',
      'setup waiting',
      'agent waiting',
      'ready waiting',
    ])
  })

  it('of a later generation is a panel of its own', () => {
    const again = { ...stage('queued', 'started'), generation: 2 }
    expect(kinds(read(init(log([stage('ready', 'finished'), again]))))).toEqual(['boot', 'boot'])
  })
})

describe('what the session reports', () => {
  it('shows one outcome when both the run and the session tell it', () => {
    const events = log([
      asked,
      { type: 'run.completed', runId: RUN, outcome: 'succeeded', summary: 'Fixed' },
      { type: 'session.outcome', outcome: 'succeeded', summary: null },
    ])
    expect(read(init(events)).view.items.slice(1)).toMatchObject([{ kind: 'outcome', runId: RUN, summary: 'Fixed' }])
  })

  it('keeps the last diff, plan, branch, checkpoint and link state', () => {
    const events = log([
      { type: 'diff.updated', files: [], patch: 'old', truncated: false },
      { type: 'diff.updated', files: [], patch: 'new', truncated: true },
      { type: 'todo.updated', items: [{ content: 'Look', status: 'completed' }] },
      { type: 'branch.pushed', repository: 'a/b', branch: 'fix', commitSha: 'abc' },
      { type: 'checkpoint.saved', ref: 'r', bytes: 10 },
      { type: 'link.changed', state: 'lost', detail: null },
    ])
    expect(read(init(events)).view).toMatchObject({
      diff: { patch: 'new', truncated: true },
      plan: [{ content: 'Look' }],
      branch: 'fix',
      checkpointAt: '2026-11-21T10:00:05.000Z',
      sandboxLink: 'lost',
    })
  })

  it('tells errors, retries and requests for variables in the conversation', () => {
    const events = log([
      { type: 'agent.retrying', attempt: 2, message: 'overloaded' },
      { type: 'agent.restarted', reason: 'crashed' },
      { type: 'agent.error', message: 'gave up' },
      { type: 'session.error', code: 'sandbox.lost', message: 'The sandbox is gone' },
      {
        type: 'env.requested',
        toolCallId: 'call',
        keys: [{ key: 'STRIPE_KEY', type: 'secret', required: true, suggestions: [] }],
      },
    ])
    expect(kinds(read(init(events)))).toEqual(['note', 'note', 'note', 'note', 'variables'])
  })

  it('leaves alone what is not about the log', () => {
    const stream = read(init([]))
    expect(reduceStream(stream, { type: 'error', code: 'x', message: 'y' })).toBe(stream)
  })
})

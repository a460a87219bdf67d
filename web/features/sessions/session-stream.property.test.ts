import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenPart, SessionEvent, SessionEventBody } from '#schema/contracts/session-events'
import type { ServerFrame } from '#schema/contracts/session-socket'
import { EMPTY_STREAM, firstSeqOf, reduceStream } from './session-stream.ts'
import type { SessionStream } from './session-stream.ts'

const SESSION = '01990000-0000-7000-8000-000000000001'
const PROMPTS = [1, 2].map((n) => `01990000-0000-7000-8000-00000000001${n}`)

type Init = Extract<ServerFrame, { type: 'init' }>

/** The session's side, as the contract tells it: a log, a status, and the parts that are open. */
class Log {
  events: SessionEvent[] = []
  open: OpenPart[] = []
  status: Init['status'] = 'running'
  statusReason: string | null = null

  append(body: SessionEventBody): ServerFrame {
    const seq = this.events.length + 1
    const event = { seq, at: new Date(1_800_000_000_000 + seq * 250).toISOString(), event: body }
    this.events.push(event)
    if (body.type === 'text.completed') this.open = this.open.filter((part) => part.partId !== body.partId)
    if (body.type === 'prompt.started' || body.type === 'prompt.finished') this.open = []
    if (body.type !== 'session.status') return { type: 'events', events: [event] }
    if (body.status !== 'running') this.open = []
    Object.assign(this, { status: body.status, statusReason: body.reason })
    return { type: 'events', events: [event] }
  }

  write(partId: string, text: string): ServerFrame {
    const held = this.open.find((part) => part.partId === partId)
    const base = { messageId: 'message', partId, kind: 'text' as const }
    if (held === undefined) this.open.push({ ...base, text })
    else held.text += text
    return { type: 'delta', ...base, offset: held === undefined ? 0 : held.text.length - text.length, text }
  }

  resume(lastSeq: number, window = Infinity): Init {
    const missing = this.events.length - lastSeq
    const reset = missing > window || lastSeq > this.events.length
    return {
      type: 'init',
      sessionId: SESSION,
      status: this.status,
      statusReason: this.statusReason,
      lastSeq: this.events.length,
      reset,
      events: this.events.slice(reset ? -window : lastSeq),
      openParts: this.open.map((part) => ({ ...part })),
    }
  }
}

const promptId = fc.constantFrom(...PROMPTS)
const tool = fc.constantFrom('call-a', 'call-b')
const stage = fc.constantFrom('queued' as const, 'clone' as const, 'ready' as const)
const body: fc.Arbitrary<SessionEventBody> = fc.oneof(
  fc.record({ type: fc.constant('prompt.queued' as const), promptId, text: fc.string(), author: fc.constant('Ada') }),
  fc.record({ type: fc.constant('prompt.started' as const), promptId }),
  fc.record({
    type: fc.constant('prompt.finished' as const),
    promptId,
    outcome: fc.constantFrom('finished' as const, 'failed' as const, 'canceled' as const),
    error: fc.constantFrom(null, 'broken'),
  }),
  fc.record({
    type: fc.constant('tool.started' as const),
    messageId: fc.constant('message'),
    partId: fc.constant('tool'),
    toolCallId: tool,
    tool: fc.constant('bash'),
    title: fc.constant(null),
    input: fc.constant({ command: 'ls' }),
  }),
  fc.record({
    type: fc.constant('tool.finished' as const),
    toolCallId: tool,
    tool: fc.constant('bash'),
    status: fc.constantFrom('completed' as const, 'error' as const),
    title: fc.constant(null),
    output: fc.string(),
    durationMs: fc.option(fc.nat(10_000)),
  }),
  fc.record({
    type: fc.constant('boot.stage' as const),
    generation: fc.constantFrom(1, 2),
    stage,
    state: fc.constantFrom('started' as const, 'progress' as const, 'finished' as const, 'failed' as const),
    detail: fc.constantFrom(null, 'cloning'),
    durationMs: fc.option(fc.nat(10_000)),
  }),
  fc.record({
    type: fc.constant('session.status' as const),
    status: fc.constantFrom('running' as const, 'paused' as const, 'failed' as const),
    reason: fc.constantFrom(null, 'idle'),
  }),
  fc.record({
    type: fc.constant('session.outcome' as const),
    outcome: fc.constantFrom('succeeded' as const, 'failed' as const),
    summary: fc.constantFrom(null, 'done'),
  }),
)

/** What happens at the session, and what becomes of the frame that tells it. */
const step = fc.record({
  act: fc.oneof(
    { weight: 3, arbitrary: body.map((event) => (log: Log) => log.append(event)) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('p1', 'p2'), fc.string({ minLength: 1 }))
        .map(([part, text]) => (log: Log) => log.write(`${part}-${log.events.length}`, text)),
    },
    {
      weight: 2,
      arbitrary: fc.string({ minLength: 1 }).map((text) => (log: Log) => {
        const part = log.open[0]?.partId ?? `fresh-${log.events.length}`
        return log.write(part, text)
      }),
    },
    {
      weight: 2,
      arbitrary: fc.constant((log: Log) => {
        const part = log.open[0] ?? { partId: `whole-${log.events.length}`, text: 'at once' }
        const { partId, text } = part
        return log.append({ type: 'text.completed', messageId: 'message', partId, text })
      }),
    },
  ),
  fate: fc.constantFrom('arrives', 'arrives', 'arrives', 'lost', 'twice', 'late reconnect'),
})

function live(log: Log, steps: { act: (log: Log) => ServerFrame; fate: string }[], window: number): SessionStream {
  let stream = reduceStream(EMPTY_STREAM, log.resume(0, window))
  const settle = () => {
    if (stream.wantsResume) stream = reduceStream(stream, log.resume(stream.lastSeq, window))
  }
  for (const { act, fate } of steps) {
    const frame = act(log)
    if (fate !== 'lost') stream = reduceStream(stream, frame)
    if (fate === 'twice') stream = reduceStream(stream, frame)
    settle()
    if (fate === 'late reconnect') stream = reduceStream(stream, log.resume(stream.lastSeq, window))
  }
  // The connection that lost the last frames is replaced, as any broken one is.
  return reduceStream(stream, log.resume(stream.lastSeq, window))
}

describe('the session stream, for any log and any loss', () => {
  it('shows live what a replay of the log shows', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const log = new Log()
        const followed = live(log, steps, Infinity)
        expect(followed).toEqual(reduceStream(EMPTY_STREAM, log.resume(0)))
      }),
      { numRuns: 300 },
    )
  })

  it('shows the same after a reset, once the older pages are read', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, window) => {
        const log = new Log()
        let stream = live(log, steps, window)
        while (firstSeqOf(stream) > 1) {
          const before = firstSeqOf(stream)
          const events = log.events.filter((event) => event.seq < before).slice(-3)
          stream = reduceStream(stream, { type: 'older', events })
        }
        const whole = reduceStream(EMPTY_STREAM, log.resume(0))
        expect({ ...stream.view, turn: null }).toEqual({ ...whole.view, turn: null })
        expect(stream.openParts).toEqual(whole.openParts)
        expect([stream.lastSeq, stream.status]).toEqual([whole.lastSeq, whole.status])
      }),
      { numRuns: 300 },
    )
  })

  it('never changes a picture it gave out', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const log = new Log()
        let stream = reduceStream(EMPTY_STREAM, log.resume(0))
        for (const { act } of steps) {
          const before = structuredClone(stream)
          const given = stream
          stream = reduceStream(stream, act(log))
          expect(given).toEqual(before)
        }
      }),
    )
  })
})

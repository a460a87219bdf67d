import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { PromptState, SessionStatus } from '#schema/contracts/sessions'
import {
  bootStageDeadlineMs,
  decideAfterBootFailure,
  decideAfterLoss,
  decideLostLink,
  decideToolCall,
  fitEvent,
  isTooSlow,
  MAX_EVENT_CHARACTERS,
  nextDispatchDeadline,
  nextPrompt,
  overduePrompts,
  planResume,
  promptLifecycle,
  promptNote,
  retryDelayMs,
  sessionLifecycle,
  slowSince,
  transcriptOf,
  type WaitingPrompt,
} from './index.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000)
const prompt = (state: PromptState, since = 0, id = 'p'): WaitingPrompt => ({ id, state, waitingSince: at(since) })

describe('the life of a session', () => {
  test('is told for every status; only a stopped one is over for good', () => {
    expect(sessionLifecycle.states.sort()).toEqual([...SessionStatus.options].sort())
    expect(sessionLifecycle.states.filter(sessionLifecycle.isFinal)).toEqual(['stopped'])
  })

  test('a sandbox may be booted from every status but stopped, and become ready only while it starts', () => {
    expect(sessionLifecycle.sourcesOf('boot').sort()).toEqual(['failed', 'paused', 'pending', 'running', 'starting'])
    expect(sessionLifecycle.sourcesOf('ready')).toEqual(['starting'])
    expect(sessionLifecycle.sourcesOf('pause').sort()).toEqual(['running', 'starting'])
  })
})

describe('the life of a prompt', () => {
  test('is told for every state; it ends finished, failed or canceled', () => {
    expect(promptLifecycle.states.sort()).toEqual([...PromptState.options].sort())
    expect(promptLifecycle.states.filter(promptLifecycle.isFinal).sort()).toEqual(['canceled', 'failed', 'finished'])
  })

  test('only what is with the agent can be sent again, and what never began cannot finish', () => {
    expect(promptLifecycle.sourcesOf('requeue')).toEqual(['dispatched', 'running'])
    expect(promptLifecycle.next('queued', 'finish')).toBeUndefined()
  })
})

describe('dispatch', () => {
  const running = { status: 'running', linked: true } as const

  test('the oldest waiting prompt goes to a free agent', () => {
    expect(nextPrompt([prompt('queued', 0, 'a'), prompt('queued', 1, 'b')], running)?.id).toBe('a')
    expect(nextPrompt([], running)).toBeNull()
  })

  test.each(['dispatched', 'running'] as const)('nothing goes to an agent that has a %s prompt', (state) => {
    expect(nextPrompt([prompt(state, 0, 'a'), prompt('queued', 1, 'b')], running)).toBeNull()
  })

  test('nothing goes anywhere without a link, or before the sandbox is ready', () => {
    expect(nextPrompt([prompt('queued')], { status: 'running', linked: false })).toBeNull()
    expect(nextPrompt([prompt('queued')], { status: 'starting', linked: true })).toBeNull()
  })

  test('after 10 min a prompt is overdue, also one the agent never began with, but not behind a working one', () => {
    expect(overduePrompts([prompt('queued', 0)], at(599))).toEqual([])
    expect(overduePrompts([prompt('queued', 0)], at(600))).toHaveLength(1)
    expect(overduePrompts([prompt('dispatched', 0)], at(600))).toHaveLength(1)
    expect(overduePrompts([prompt('running', 0), prompt('queued', 0)], at(9_000))).toEqual([])
    expect(nextDispatchDeadline([prompt('queued', 5), prompt('queued', 2)])).toEqual(at(602))
    expect(nextDispatchDeadline([prompt('running', 5)])).toBeNull()
    expect(nextDispatchDeadline([])).toBeNull()
  })

  test('an agent is told when its sandbox is not the first', () => {
    expect(promptNote({ recovered: false, generation: 1, firstOfGeneration: true })).toBeNull()
    expect(promptNote({ recovered: false, generation: 2, firstOfGeneration: false })).toBeNull()
    expect(promptNote({ recovered: false, generation: 2, firstOfGeneration: true })).toContain('transcript.md')
    expect(promptNote({ recovered: true, generation: 2, firstOfGeneration: true })).toContain('was lost')
  })
})

describe('a boot that fails', () => {
  test('is tried three times in all, 1 s and 4 s apart, if it may pass by itself', () => {
    expect([1, 2, 3].map((attempt) => decideAfterBootFailure({ attempt, retryable: true }))).toEqual([
      { then: 'retry', delayMs: 1_000 },
      { then: 'retry', delayMs: 4_000 },
      { then: 'fail' },
    ])
    expect(decideAfterBootFailure({ attempt: 1, retryable: false })).toEqual({ then: 'fail' })
  })

  test('a stage has its deadline, setup commands 15 min', () => {
    expect(bootStageDeadlineMs('clone', 120)).toBe(120_000)
    expect(bootStageDeadlineMs('setup', 120)).toBe(900_000)
    expect(bootStageDeadlineMs('setup', 1_200)).toBe(1_200_000)
  })
})

describe('a lost link', () => {
  const patienceMs = 90_000
  test('of a dead sandbox is given up at once', () => {
    expect(decideLostLink({ health: 'dead', lostForMs: 5_000, patienceMs })).toEqual({ then: 'give_up', alive: false })
  })

  test.each(['alive', 'unknown'] as const)('of a sandbox that is %s is waited for, and looked at again', (health) => {
    expect(decideLostLink({ health, lostForMs: 5_000, patienceMs })).toEqual({ then: 'wait', delayMs: 10_000 })
    expect(decideLostLink({ health, lostForMs: 87_000, patienceMs })).toEqual({ then: 'wait', delayMs: 3_000 })
    expect(decideLostLink({ health, lostForMs: 90_000, patienceMs })).toEqual({ then: 'give_up', alive: true })
  })

  test('a prompt gets a second sandbox once; without one a person waits and a run fails', () => {
    const session = { activePrompt: null, hasWaitingPrompts: false, isRun: false }
    expect(decideAfterLoss({ ...session, activePrompt: { recovered: false } })).toBe('recover')
    expect(decideAfterLoss({ ...session, activePrompt: { recovered: true } })).toBe('fail')
    expect(decideAfterLoss({ ...session, hasWaitingPrompts: true })).toBe('recover')
    expect(decideAfterLoss(session)).toBe('pause')
    expect(decideAfterLoss({ ...session, isRun: true })).toBe('fail')
  })
})

describe('a client that resumes', () => {
  test('gets what it missed, up to 1,000 events; beyond, or ahead of the log, the last 200', () => {
    expect(planResume({ lastSeq: 5, headSeq: 5 })).toEqual({ afterSeq: 5, reset: false })
    expect(planResume({ lastSeq: 0, headSeq: 1_000 })).toEqual({ afterSeq: 0, reset: false })
    expect(planResume({ lastSeq: 0, headSeq: 1_001 })).toEqual({ afterSeq: 801, reset: true })
    expect(planResume({ lastSeq: 9, headSeq: 3 })).toEqual({ afterSeq: 0, reset: true })
  })

  test('whatever it holds, nothing between what it keeps and what it is sent is missing', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(5_000), (lastSeq, headSeq) => {
        const { afterSeq, reset } = planResume({ lastSeq, headSeq })
        expect(afterSeq).toBeLessThanOrEqual(headSeq)
        expect(reset ? headSeq - afterSeq <= 200 : afterSeq === lastSeq && headSeq - afterSeq <= 1_000).toBe(true)
      }),
    )
  })

  test('is too slow after 10 s with more than 1 MB unread', () => {
    expect(slowSince({ unreadBytes: 1_000_000, slowSince: 5 }, 9)).toBeNull()
    expect(slowSince({ unreadBytes: 1_000_001, slowSince: null }, 9)).toBe(9)
    expect(slowSince({ unreadBytes: 2_000_000, slowSince: 5 }, 9)).toBe(5)
    expect(isTooSlow({ unreadBytes: 2_000_000, slowSince: 0 }, 9_999)).toBe(false)
    expect(isTooSlow({ unreadBytes: 2_000_000, slowSince: 0 }, 10_000)).toBe(true)
    expect(isTooSlow({ unreadBytes: 0, slowSince: null }, 99_999)).toBe(false)
  })
})

describe('a tool call', () => {
  const call = { toolName: 'verify', paramsHash: 'h' }
  const quota = { callsInWindow: 0, callsPerHour: 20, accepted: 0, acceptedCalls: null }
  const base = { call, stored: null, inFlight: false, retrySafe: true, quota }
  const stored = (status: 'executing' | 'completed' | 'failed', change = {}) => ({ ...call, status, ...change })

  test.each([
    ['a new id is executed', base, 'execute'],
    ['a new id beyond the quota is refused', { ...base, quota: { ...quota, callsInWindow: 20 } }, 'refuse_quota'],
    ['a second completion is refused', { ...base, quota: { ...quota, accepted: 1, acceptedCalls: 1 } }, 'refuse_quota'],
    [
      'a repeat beyond the quota is answered',
      { ...base, stored: stored('completed'), quota: { ...quota, callsInWindow: 20 } },
      'answer',
    ],
    ['a failed one is answered too', { ...base, stored: stored('failed') }, 'answer'],
    ['one under way is joined', { ...base, stored: stored('executing'), inFlight: true }, 'join'],
    ['one left behind runs again', { ...base, stored: stored('executing') }, 'rerun'],
    [
      'one left behind that is not safe to repeat is interrupted',
      { ...base, stored: stored('executing'), retrySafe: false },
      'interrupted',
    ],
    [
      'the same id for another tool is a conflict',
      { ...base, stored: stored('completed', { toolName: 'x' }) },
      'conflict',
    ],
    [
      'the same id with other parameters is a conflict',
      { ...base, stored: stored('executing', { paramsHash: 'x' }), inFlight: true },
      'conflict',
    ],
  ] as const)('%s', (_title, input, decision) => {
    expect(decideToolCall(input)).toBe(decision)
  })
})

test('what must succeed is tried again after 1 s, 2 s, 4 s and so on, at most every 5 min', () => {
  expect([0, 1, 2, 8, 9, 99].map(retryDelayMs)).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000])
})

describe('an event that is too large', () => {
  const huge = 'x'.repeat(2_000_000)
  test.each<SandboxEvent>([
    { type: 'text.completed', messageId: 'm', partId: 'p', text: huge },
    {
      type: 'tool.started',
      messageId: 'm',
      partId: 'p',
      toolCallId: 't',
      tool: 'w',
      title: null,
      input: { a: huge, b: [huge] },
    },
    { type: 'tool.finished', toolCallId: 't', tool: 'w', status: 'error', title: null, output: huge, durationMs: 1 },
    { type: 'diff.updated', files: [], patch: huge, truncated: false },
    { type: 'branch.pushed', repository: huge, branch: 'b', commitSha: 'c' },
  ])('is cut: $type', (event) => {
    expect(JSON.stringify(fitEvent(event)).length).toBeLessThanOrEqual(MAX_EVENT_CHARACTERS)
  })

  test('any other stays as it is', () => {
    const event = { type: 'prompt.started', promptId: 'p' } as const
    expect(fitEvent(event)).toBe(event)
  })
})

describe('the transcript', () => {
  test('tells what was asked, said and done, and leaves out the rest', () => {
    const text = transcriptOf([
      { type: 'prompt.queued', promptId: 'p', text: 'Fix the slugs', author: 'Ada' },
      { type: 'session.status', status: 'running', reason: null },
      {
        type: 'tool.started',
        messageId: 'm',
        partId: 'q',
        toolCallId: 't',
        tool: 'bash',
        title: 'npm test',
        input: {},
      },
      {
        type: 'tool.finished',
        toolCallId: 't',
        tool: 'bash',
        status: 'error',
        title: null,
        output: 'red',
        durationMs: 5,
      },
      { type: 'text.completed', messageId: 'm', partId: 'r', text: 'It was the accents.' },
      { type: 'prompt.finished', promptId: 'p', outcome: 'failed', error: 'no more tokens' },
    ])
    expect(text).toMatch(
      /## Ada\n\nFix the slugs[^]*- used `bash`: npm test\n- `bash` failed[^]*the accents\.[^]*failed. no more tokens/,
    )
    expect(text).not.toContain('running')
  })

  test('there is none of a session in which nothing was said, and of a long one the end is kept', () => {
    expect(transcriptOf([{ type: 'session.status', status: 'running', reason: null }])).toBeNull()
    const long = Array.from({ length: 300 }, (_, index) => ({
      type: 'text.completed' as const,
      messageId: 'm',
      partId: `p${index}`,
      text: `${index} ${'x'.repeat(1_000)}`,
    }))
    const text = transcriptOf(long) ?? ''
    expect(text.length).toBeLessThan(210_000)
    expect(text).toContain('299 x')
    expect(text).not.toContain('\n0 x')
  })
})

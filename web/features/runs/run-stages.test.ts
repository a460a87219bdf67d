import { describe, expect, it } from 'vitest'
import type { Run } from '#schema/contracts/runs'
import { runDurationMs, stagesOf } from './run-stages.ts'

const at = (second: number) => new Date(Date.parse('2026-11-21T10:00:00Z') + second * 1_000).toISOString()

function run(change: Partial<Run>): Run {
  const id = '01990000-0000-7000-8000-000000000001'
  return {
    id,
    automationId: id,
    automationName: 'Fix labelled issues',
    createdBy: null,
    triggerEventId: id,
    eventTitle: 'Issue opened',
    eventUrl: null,
    status: 'queued',
    statusReason: null,
    failureStage: null,
    errorMessage: null,
    sessionId: null,
    deliveryId: null,
    queuedAt: at(0),
    enrichmentStartedAt: null,
    enrichmentCompletedAt: null,
    executionStartedAt: null,
    promptSentAt: null,
    completedAt: null,
    deadlineAt: at(7_200),
    completion: null,
    ...change,
  }
}

const states = (change: Partial<Run>) => stagesOf(run(change)).map(({ state }) => state).join(' ')
const worked = { enrichmentStartedAt: at(1), enrichmentCompletedAt: at(2), executionStartedAt: at(3) }

describe('the stages of a run', () => {
  it('follow the run while it works', () => {
    expect(states({})).toBe('current waiting waiting waiting waiting')
    expect(states({ status: 'enriching', enrichmentStartedAt: at(1) })).toBe('done current waiting waiting waiting')
    expect(states({ status: 'running', ...worked })).toBe('done done done current waiting')
  })

  it('know the state even before its time is written', () => {
    expect(states({ status: 'ready', enrichmentStartedAt: at(1) })).toBe('done done current waiting waiting')
  })

  it('show success and the wish for a person at the end', () => {
    expect(states({ status: 'succeeded', ...worked, completedAt: at(60) })).toBe('done done done done succeeded')
    expect(states({ status: 'needs_human', ...worked, completedAt: at(60) })).toBe('done done done done attention')
  })

  it('show where a run failed', () => {
    expect(states({ status: 'failed', enrichmentStartedAt: at(1), completedAt: at(2) })).toBe(
      'done failed skipped skipped failed',
    )
    expect(states({ status: 'timed_out', ...worked, completedAt: at(9) })).toBe('done done done failed failed')
    expect(states({ status: 'failed', completedAt: at(2) })).toBe('failed skipped skipped skipped failed')
  })

  it('show what a canceled or skipped run never reached', () => {
    expect(states({ status: 'canceled', completedAt: at(2) })).toBe('done skipped skipped skipped skipped')
  })

  it('measure each stage up to the next one that began', () => {
    const stages = stagesOf(run({ status: 'succeeded', ...worked, executionStartedAt: at(5), completedAt: at(65) }))
    expect(stages.map(({ durationMs }) => durationMs)).toEqual([1_000, 1_000, 3_000, 60_000, null])
  })

  it('measure the whole run to its end, or to now', () => {
    expect(runDurationMs(run({ completedAt: at(60) }), 0)).toBe(60_000)
    expect(runDurationMs(run({}), Date.parse(at(7)))).toBe(7_000)
  })
})

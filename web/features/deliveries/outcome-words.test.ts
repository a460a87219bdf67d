import { describe, expect, it } from 'vitest'
import type { Delivery, DeliveryOutcome, TriggerDecision } from '#schema/contracts/deliveries'
import { aboutOf, errorInWords, ERRORS, outcomeInWords, reasonInWords, REASONS } from './outcome-words.ts'

const ID = '01990000-0000-7000-8000-000000000001'

function delivery(change: Partial<Delivery>): Delivery {
  return {
    id: ID,
    provider: 'github',
    ingress: 'endpoint',
    endpointId: ID,
    replayOf: null,
    deliveryId: 'd',
    eventType: 'issues',
    status: 'completed',
    attempt: 1,
    receivedAt: '2026-11-21T10:00:00Z',
    processedAt: null,
    error: null,
    outcome: null,
    ...change,
  }
}
const decision = (reason: string | null): TriggerDecision => ({
  triggerId: ID,
  automationId: ID,
  automationName: 'Fix labelled issues',
  decision: 'not_matched',
  reason,
  eventTitle: 'Issue opened',
  runId: null,
})
const outcome = (change: Partial<DeliveryOutcome>) => {
  const nothing = { events: 1, matched: 0, created: 0, duplicates: 0, reason: null, decisions: [] }
  return outcomeInWords(delivery({ outcome: { ...nothing, ...change } }))
}

describe('what became of a delivery, in words', () => {
  it('counts the runs that were started', () => {
    expect(outcome({ matched: 1, created: 1 })).toBe('Started 1 run')
    expect(outcome({ matched: 2, created: 2, decisions: [decision('label agent is missing')] })).toBe('Started 2 runs')
  })

  it('says why none was', () => {
    expect(outcome({ decisions: [decision('label agent is missing')] })).toBe('No run: label agent is missing')
    expect(outcome({ decisions: [decision(null)] })).toBe('No run: not matched')
    expect(outcome({ decisions: [decision('a'), decision('b')] })).toBe('No run: none of 2 automations matched')
    expect(outcome({ matched: 1, duplicates: 1 })).toContain('Seen before')
    expect(outcome({ reason: 'unsupported_event' })).toContain('events of this kind start no runs')
    expect(outcome({ reason: 'no_trigger' })).toContain('No automation listens')
    expect(outcome({})).toContain('No automation listens')
  })

  it('says what it was about, also when that is several things', () => {
    const about = (...titles: string[]) => {
      const decisions = titles.map((eventTitle) => ({ ...decision(null), eventTitle }))
      return aboutOf({ outcome: { events: 1, matched: 0, created: 0, duplicates: 0, reason: null, decisions } })
    }
    expect(about()).toBeNull()
    expect(aboutOf({ outcome: null })).toBeNull()
    expect(about('Issue opened', 'Issue opened')).toBe('Issue opened')
    expect(about('Issue opened', 'Push to main')).toBe('Issue opened and 1 other')
  })

  it('names failures, also ones this page does not know', () => {
    expect(outcomeInWords(delivery({ status: 'failed', error: 'invalid_json' }))).toBe('The body is not valid JSON')
    expect(outcomeInWords(delivery({ status: 'failed', error: 'database.away' }))).toBe('Database away')
  })

  it('has a sentence for every code by which processing ends or waits', () => {
    const sources = import.meta.glob<string>(
      ['../../../domain/triggers/inbox/*.ts', '../../../domain/integrations/errors.ts', '!**/*.test.ts'],
      { query: '?raw', import: 'default', eager: true },
    )
    const code = /\b(?:error|reason|refusal): (?:[^'\n]* )?'([a-z]+(?:_[a-z]+)+)'|'(provider\.[a-z_]+)'/g
    const codes = Object.values(sources).flatMap((text) => [...text.matchAll(code)].map((hit) => hit[1] ?? hit[2] ?? ''))
    expect(codes).toEqual(expect.arrayContaining(['body_missing', 'unsupported_event', 'provider.unauthorized']))
    expect(codes.filter((known) => REASONS[known] === undefined)).toEqual([])
    expect(Object.values({ ...REASONS, ...ERRORS }).join(' ')).not.toMatch(/trigger|provider|_/i)
  })

  it('reads as words where a code has no sentence, and leaves sentences alone', () => {
    expect([errorInWords('service.is_away'), reasonInWords('odd_thing')]).toEqual(['Service is away', 'Odd thing'])
    expect(reasonInWords('label agent is missing')).toBe('label agent is missing')
    expect(outcome({ decisions: [decision('no_integration')] })).toContain('belongs to no connection')
  })

  it('tells what still waits', () => {
    expect(outcomeInWords(delivery({ status: 'queued' }))).toBe('Waiting to be processed')
    expect(outcomeInWords(delivery({ status: 'queued', error: 'github 503' }))).toBe('Will be tried again: github 503')
    expect(outcomeInWords(delivery({ status: 'processing' }))).toBe('Being processed')
  })
})

import { expect, test } from 'vitest'
import { recordingLog } from '../../tests/platform.ts'
import { takeCanaries } from './canaries.ts'

const canary = { v: 1, kind: 'canary', sentAt: '2026-06-01T12:00:00.000Z' }

function batchOf(bodies: unknown[]) {
  const answers: string[] = []
  const messages = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date(0),
    attempts: 1,
    body,
    ack: () => void answers.push(`ack ${index}`),
    retry: () => void answers.push(`retry ${index}`),
  }))
  const all = { ackAll: () => void answers.push('ack all'), retryAll: () => void answers.push('retry all') }
  return { batch: { queue: 'runs', messages, metadata: {}, ...all } as unknown as MessageBatch, answers }
}
const noting = (fails = false) => {
  const noted: unknown[] = []
  const cameRound = async (one: unknown) => {
    if (fails) throw new Error('The database is away')
    noted.push(one)
  }
  return { canaries: { cameRound }, log: recordingLog(), noted }
}

test('a batch without canaries is left as it is', async () => {
  const { batch } = batchOf([{ v: 1, kind: 'enrich' }])
  expect(await takeCanaries(noting(), batch)).toBe(batch)
})

test('canaries are noted and acknowledged; what is done to the rest is not done to them', async () => {
  const { batch, answers } = batchOf([{ kind: 'enrich' }, canary, { kind: 'execute' }])
  const needs = noting()
  const rest = await takeCanaries(needs, batch)
  expect(needs.noted).toEqual([{ queue: 'runs', sentAt: new Date(canary.sentAt) }])
  expect(rest.messages.map(({ id }) => id)).toEqual(['0', '2'])
  rest.retryAll()
  expect(answers).toEqual(['ack 1', 'retry 0', 'retry 2'])
})

test('one that cannot be noted did not come back: it is not tried again', async () => {
  const { batch, answers } = batchOf([canary])
  const needs = noting(true)
  await takeCanaries(needs, batch)
  expect(answers).toEqual(['ack 0'])
  expect(needs.log.entries).toMatchObject([{ event: 'readiness.canary_not_noted' }])
})

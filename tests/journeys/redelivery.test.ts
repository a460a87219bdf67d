import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completeRun } from '#domain/automations'
import { processDeliveries } from '#domain/triggers'
import { automationRunEvents, automationRuns, sessions, webhookInbox } from '#schema/tables/index'
import { carryOut } from '../../workers/queues/carry-out.ts'
import { takeStep } from '../../workers/queues/take-step.ts'
import { openedIssue, openInboxWorld, type InboxWorld } from '../setup/inbox-world.ts'
import { seedAutomation } from '../setup/seed.ts'

let world: InboxWorld

beforeAll(async () => {
  world = await openInboxWorld()
})
afterAll(() => world?.close())

/** A message as its queue hands it out; the answer does not matter, because it comes again whatever it was. */
const handOut = (body: unknown, attempts: number): Message => ({
  id: `message-${attempts}`,
  timestamp: new Date(),
  body,
  attempts,
  ack: () => undefined,
  retry: () => undefined,
})

test('queue redelivery of every message: no second effect', async () => {
  const { needs } = world
  const member = await world.member()
  const { organizationId } = member
  await seedAutomation(needs, organizationId)
  const delivery = member.message({ payload: openedIssue(1) })
  await processDeliveries(needs, { messages: [delivery] })
  await processDeliveries(needs, { messages: [delivery] })

  const everyTwice = async () => {
    for (const message of needs.runQueue.sent.splice(0)) {
      await takeStep(needs, handOut(message, 1))
      await takeStep(needs, handOut(message, 2))
    }
    for (const message of needs.effectQueue.sent.splice(0)) {
      await carryOut(needs, handOut(message, 1))
      await carryOut(needs, handOut(message, 2))
    }
  }
  while (needs.runQueue.sent.length + needs.effectQueue.sent.length > 0) await everyTwice()

  const [run, ...others] = await needs.db
    .select()
    .from(automationRuns)
    .where(eq(automationRuns.organizationId, organizationId))
  expect(others).toEqual([])
  const { id: runId = '', sessionId } = run ?? {}
  const made = await needs.db.select().from(sessions).where(eq(sessions.organizationId, organizationId))
  expect(made.map((session) => session.id)).toEqual([sessionId])
  expect(needs.sessionObjects.of(String(sessionId)).prompts).toHaveLength(1)

  const completion = {
    completionId: `run:${runId}:completion:v1`,
    outcome: 'succeeded' as const,
    summaryMarkdown: 'Done',
    citations: [],
    branch: null,
    commitSha: null,
  }
  const input = { organizationId, runId, sessionId: String(sessionId), completion }
  await completeRun(needs, input)
  await completeRun(needs, input)
  while (needs.effectQueue.sent.length > 0) await everyTwice()

  const moves = await needs.db.select().from(automationRunEvents).where(eq(automationRunEvents.runId, runId))
  const reached = moves.filter((event) => event.type === 'status_transition').map((event) => event.toStatus)
  expect(reached.toSorted()).toEqual(['enriching', 'queued', 'ready', 'running', 'succeeded'])
  expect(moves.filter((event) => event.type === 'completion')).toHaveLength(1)
  const ledger = await needs.db.select().from(webhookInbox).where(eq(webhookInbox.organizationId, organizationId))
  expect(ledger.map((row) => row.status)).toEqual(['completed'])
})

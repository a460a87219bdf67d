import { createHmac } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { finalizeStalledRuns } from '#domain/automations'
import { endpointReader, receiveWebhook } from '#domain/triggers'
import { MINUTE_MS } from '#kernel/durations'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { automationRuns, automations, outbox } from '#schema/tables/index'
import { type InboxWorld, openedIssue, openInboxWorld } from '../../tests/setup/inbox-world.ts'
import { seedConfiguration } from '../../tests/setup/seed.ts'
import { settleDeliveries } from './deliveries.ts'
import { takeStep } from './take-step.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

const messageOf = (body: unknown): Message => ({
  id: 'm',
  timestamp: new Date(),
  attempts: 1,
  body,
  ack: () => {},
  retry: () => {},
})
const batchOf = (bodies: unknown[]) =>
  ({ queue: 'deliveries', messages: bodies.map(messageOf), metadata: {}, ackAll: () => {}, retryAll: () => {} }) as unknown as MessageBatch

/** A webhook that came with the trace, as far as the queue. */
async function received(): Promise<{ organizationId: string; message: DeliveryMessage }> {
  const member = await world.member()
  const { automationId } = await member.listen()
  const { configurationId } = await seedConfiguration(needs, member.organizationId)
  const change = { defaultConfigurationId: configurationId, agentInstructions: 'Fix it' }
  await needs.db.update(automations).set(change).where(eq(automations.id, automationId))
  const rawBody = Uint8Array.from(new TextEncoder().encode(JSON.stringify(openedIssue(1))))
  const signature = createHmac('sha256', member.endpoint.secret).update(rawBody).digest('hex')
  const sent: DeliveryMessage[] = []
  const deliveries = {
    send: async (message: DeliveryMessage) => {
      sent.push(message)
      return 'taken' as const
    },
  }
  await receiveWebhook({ ...needs, endpoints: endpointReader(needs), deliveries, appSecrets: {} }, {
    address: { kind: 'endpoint', provider: 'github', endpointId: member.endpoint.id },
    headers: { 'x-github-event': 'issues', 'x-github-delivery': 'd-1', 'x-hub-signature-256': `sha256=${signature}` },
    rawBody,
    traceId: TRACE,
  })
  const [message] = sent
  if (!message) throw new Error('Nothing was sent')
  return { organizationId: member.organizationId, message }
}

const openingsOf = (organizationId: string) =>
  [...needs.sessionObjects.sessions.values()].flatMap(({ opening }) => (opening?.organizationId === organizationId ? [opening] : []))
const takeAll = async () => {
  for (const message of needs.runQueue.sent.splice(0)) await takeStep(needs, messageOf(message))
}

test('one trace leads from the webhook through queue, run and steps to the opening of the session', async () => {
  const { organizationId, message } = await received()
  expect(message.traceId).toBe(TRACE)
  await settleDeliveries(needs, batchOf([message]))
  expect(needs.runQueue.sent).toMatchObject([{ kind: 'enrich', traceId: TRACE }])
  await takeAll()
  expect(needs.runQueue.sent).toMatchObject([{ kind: 'execute', traceId: TRACE }])
  await takeAll()
  expect(openingsOf(organizationId)).toMatchObject([{ traceId: TRACE }])
  expect(needs.effectQueue.sent.filter((effect) => effect.organizationId === organizationId)).toMatchObject([{ traceId: TRACE }])
  const told = needs.log.entries.filter(({ fields }) => fields['organizationId'] === organizationId)
  expect(told.map(({ event, fields }) => [event, fields['traceId']])).toEqual([
    ['delivery.message', TRACE],
    ['run.step', TRACE],
    ['run.step', TRACE],
  ])
})

test('a run whose message was lost is taken up again in its own trace', async () => {
  const { organizationId, message } = await received()
  await settleDeliveries(needs, batchOf([message]))
  needs.runQueue.sent.length = 0
  await needs.db.delete(outbox).where(eq(outbox.organizationId, organizationId))
  needs.clock.advance(15 * MINUTE_MS)
  await finalizeStalledRuns(needs, { inactivityMs: 30 * MINUTE_MS })
  const lost = needs.runQueue.sent.filter((step) => step.organizationId === organizationId)
  expect(lost).toMatchObject([{ kind: 'enrich', traceId: TRACE }])
})

test('a run from before traces were kept gets one of its own', async () => {
  const { organizationId, message } = await received()
  await settleDeliveries(needs, batchOf([message]))
  await needs.db.update(automationRuns).set({ traceId: null }).where(eq(automationRuns.organizationId, organizationId))
  await takeAll()
  await takeAll()
  const [opening] = openingsOf(organizationId)
  expect(opening?.traceId).toBe(opening?.run?.runId.replaceAll('-', ''))
})

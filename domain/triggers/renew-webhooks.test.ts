import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { later } from '#kernel/clock'
import { DAY_MS } from '#kernel/durations'
import { triggers } from '#schema/tables/index'
import { integrationTokens } from '../../adapters/providers/tokens.ts'
import { type InboxWorld, openInboxWorld } from '../../tests/setup/inbox-world.ts'
import { renewWebhooks } from './renew-webhooks.ts'

let world: InboxWorld
beforeAll(async () => void (world = await openInboxWorld()))
afterAll(() => world?.close())

/** A trigger of an organization of its own, whose registration at a site of Jira ends in so many days. */
async function registered(site: string, days: number) {
  const { needs } = world
  const member = await world.member()
  const integrationId = await member.connect({ integrationId: 'jira' })
  const jira = { provider: 'jira', eventType: 'issue_created', config: {}, integrationId } as const
  const { id } = await member.listen({ ...jira, externalWebhookId: `${site}/1` })
  const externalWebhookExpiresAt = later(needs.clock.now(), days * DAY_MS)
  await needs.db.update(triggers).set({ externalWebhookExpiresAt }).where(eq(triggers.id, id))
}

test('a connection that cannot be renewed keeps none behind it from being renewed, and is an alert', async () => {
  const { needs } = world
  await registered('broken', 1)
  await registered('working', 2)
  const expirationDate = later(needs.clock.now(), 30 * DAY_MS).toISOString()
  const asked: string[] = []
  const providerHttp: InboxWorld['needs']['providerHttp'] = async ({ url }) => {
    asked.push(/jira\/(\w+)\//.exec(url)?.[1] ?? url)
    if (url.includes('/broken/')) throw new Error('Jira is away')
    return { status: 200, headers: {}, text: JSON.stringify({ expirationDate }) }
  }
  const tokens = integrationTokens({ vault: needs.vault, http: providerHttp })
  const report = await renewWebhooks({ ...needs, providerHttp, integrationTokens: tokens })
  expect([report, asked]).toEqual([{ renewed: 1, failed: 1 }, ['broken', 'working']])
  expect(needs.log.entries).toContainEqual({
    level: 'error',
    event: 'webhook.not_renewed',
    fields: expect.objectContaining({ alert: true, provider: 'jira' }),
  })
})

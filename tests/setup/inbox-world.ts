import { sql } from 'drizzle-orm'
import { inject } from 'vitest'
import { type ProviderHttp, tokenContext } from '#domain/integrations'
import { createTrigger, createWebhookEndpoint, drainInbox, type EndpointCopies, type SealedEndpoint, sweepInbox } from '#domain/triggers'
import { queryRows } from '#kernel/database'
import type { DeliveryMessage } from '#schema/contracts/messages'
import type { CreateTrigger } from '#schema/contracts/triggers'
import { automations, integrations } from '#schema/tables/index'
import { databaseUrl } from '../../scripts/database/migrate.ts'
import { systemSecrets } from '../../adapters/crypto/secrets.ts'
import { integrationTokens } from '../../adapters/providers/tokens.ts'
import { recordedPayload } from '../fixtures/github/recorded.ts'
import { type TestPlatform, testPlatform } from '../platform.ts'
// Declares what `inject` gives.
import type {} from './database.ts'
import { seedOrganization } from './seed.ts'

export const REPOSITORY = 'acme/widgets'

/**
 * The test platform with what the inbox needs beside it. One per file; `member` makes an organization with an
 * endpoint.
 */
export async function openInboxWorld() {
  const platform = await testPlatform()
  const providerHttp: ProviderHttp = ({ url }) => Promise.reject(new RangeError(`Nobody expected a call to ${url}`))
  const [named] = await queryRows(platform.db, sql`select current_database() as name`)
  const needs = {
    ...platform,
    endpointCopies: memoryEndpointCopies(),
    secrets: systemSecrets,
    drainQueue: recordingDrains(),
    providerHttp,
    integrationTokens: integrationTokens({ vault: platform.vault, http: providerHttp }),
    config: { RUN_DEADLINE_MINUTES: 120 },
  }
  return {
    needs,
    /** For whoever opens the same database by its variables, as the Worker does. */
    databaseUrl: databaseUrl(inject('adminUrl'), String(named?.name)),
    close: platform.close,
    member: () => memberOf(needs),
  }
}

export type InboxWorld = Awaited<ReturnType<typeof openInboxWorld>>
export type GivenMessage = Partial<DeliveryMessage> & { payload?: unknown; bytes?: Uint8Array }
type Needs = TestPlatform & Parameters<typeof createWebhookEndpoint>[0]
export type InboxMember = Awaited<ReturnType<typeof memberOf>>

async function memberOf(needs: Needs) {
  const organizationId = await seedOrganization(needs)
  const actor = { kind: 'system' as const, organizationId }
  const endpoint = await createWebhookEndpoint(needs, { actor, provider: 'github' })

  /** The demo's automation unless told otherwise: an issue opened with the label agent. */
  const listen = async (given: Partial<CreateTrigger> & { automationEnabled?: boolean } = {}) => {
    const { automationEnabled = true, ...trigger } = given
    const automationId = needs.ids.next()
    await needs.db
      .insert(automations)
      .values({ id: automationId, organizationId, name: 'Fix issues', enabled: automationEnabled })
    return createTrigger(needs, {
      actor,
      automationId,
      provider: 'github',
      eventType: 'issue_opened',
      config: { labels: ['agent'], repositories: [REPOSITORY] },
      enabled: true,
      filter: null,
      integrationId: null,
      externalWebhookId: null,
      ...trigger,
    })
  }

  const message = (given: GivenMessage = {}): DeliveryMessage => {
    const { payload = openedIssue(1), bytes, ...rest } = given
    const id = needs.ids.next()
    const text = new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload))
    return {
      v: 1,
      id,
      ingress: 'endpoint',
      organizationId,
      endpointId: endpoint.id,
      triggerId: null,
      provider: 'github',
      verification: 'signature',
      deliveryId: `delivery-${id}`,
      eventType: 'issues',
      headers: { 'content-type': 'application/json' },
      receivedAt: needs.clock.now().toISOString(),
      traceId: `trace-${id}`,
      body: { kind: 'inline', bytes: Uint8Array.from(bytes ?? text) },
      ...rest,
    }
  }

  /** A connection of the organization, active and with a credential of ours unless told otherwise. */
  const connect = async (given: Partial<typeof integrations.$inferInsert> & { integrationId: string }) => {
    const id = needs.ids.next()
    const context = tokenContext({ organizationId, integrationId: given.integrationId })
    const sealedToken = await needs.vault.seal(`token-${id}`, context)
    await needs.db
      .insert(integrations)
      .values({ id, organizationId, provider: 'stored', connectionId: id, sealedToken, ...given })
    return id
  }
  return { organizationId, actor, endpoint, listen, message, connect }
}

/** Remembers for when drains were asked; `failing` makes it refuse. */
function recordingDrains() {
  const drains = {
    asked: [] as number[],
    failing: false,
    async drain({ delaySeconds = 0 }: { delaySeconds?: number } = {}) {
      if (drains.failing) throw new Error('The queue is away')
      drains.asked.push(delaySeconds)
    },
  }
  return drains
}

/** Takes the drains that were asked for at once, and those they ask for, until none is left. Returns how many. */
export async function takeDrains(needs: InboxWorld['needs']): Promise<number> {
  let taken = 0
  for (let asked = needs.drainQueue.asked.splice(0); asked.includes(0); asked = needs.drainQueue.asked.splice(0)) {
    taken += 1
    await drainInbox(needs)
  }
  return taken
}

/** What a minute's tick sets going, to its end. Returns how many drains it took. */
export async function sweep(needs: InboxWorld['needs']): Promise<number> {
  await sweepInbox(needs)
  return takeDrains(needs)
}

/** A recorded "issue opened", labelled agent, as issue number `number` and with any fields of the issue replaced. */
export function openedIssue(number: number, issue: Record<string, unknown> = {}): Record<string, unknown> {
  const payload = recordedPayload('issues', 'opened', { repository: REPOSITORY, labels: { bug: 'agent' } })
  payload.issue = { ...(payload.issue as object), number, ...issue }
  return payload
}

/** Copies in a map; `failing` makes every call throw. */
export function memoryEndpointCopies() {
  const kept = new Map<string, SealedEndpoint>()
  const away = () => {
    if (copies.failing) throw new Error('The copies are away')
  }
  const copies: EndpointCopies & { failing: boolean; kept: Map<string, SealedEndpoint> } = {
    failing: false,
    kept,
    async get(endpointId) {
      away()
      return kept.get(endpointId) ?? null
    },
    async put(endpoint) {
      away()
      kept.set(endpoint.id, endpoint)
    },
    async delete(endpointId) {
      away()
      kept.delete(endpointId)
    },
  }
  return copies
}

import { sql } from 'drizzle-orm'
import { inject } from 'vitest'
import { createTrigger, createWebhookEndpoint, type EndpointCopies, type SealedEndpoint } from '#domain/triggers'
import { queryRows } from '#kernel/database'
import type { DeliveryMessage } from '#schema/contracts/messages'
import type { CreateTrigger } from '#schema/contracts/triggers'
import { automations } from '#schema/tables/index'
import { databaseUrl } from '../../scripts/database/migrate.ts'
import { systemSecrets } from '../../adapters/crypto/secrets.ts'
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
  const [named] = await queryRows(platform.db, sql`select current_database() as name`)
  const needs = {
    ...platform,
    endpointCopies: memoryEndpointCopies(),
    secrets: systemSecrets,
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
type GivenMessage = Partial<DeliveryMessage> & { payload?: unknown; bytes?: Uint8Array }
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
      organizationId,
      endpointId: endpoint.id,
      provider: 'github',
      deliveryId: `delivery-${id}`,
      eventType: 'issues',
      headers: { 'content-type': 'application/json' },
      receivedAt: needs.clock.now().toISOString(),
      traceId: `trace-${id}`,
      body: { kind: 'inline', bytes: Uint8Array.from(bytes ?? text) },
      ...rest,
    }
  }
  return { organizationId, actor, endpoint, listen, message }
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
  }
  return copies
}

import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { queryRows } from '#kernel/database'
import type { HttpWorld } from '../setup/http-world.ts'
import { post } from '../setup/http-world.ts'
import { seedAutomation, seedConfiguration, seedRun, seedSession } from '../setup/seed.ts'
import type { SignedIn } from '../setup/sign-in.ts'

/** Ids that exist nowhere, of either kind. */
export const MISSING = '01900000-0000-7000-8000-00000000dead'

export type Things = Awaited<ReturnType<typeof makeThings>>

/** One of everything in an organization, made anew for each request, because some requests end it. */
export async function makeThings(world: HttpWorld, owner: SignedIn, colleagueId: string) {
  const { test } = world
  const { organizationId } = owner
  const seeded = await seedAutomation(test, organizationId)
  const { repositoryId, configurationId } = await seedConfiguration(test, organizationId)
  // Of another automation: what has a run at work is not deleted.
  const busy = await seedAutomation(test, organizationId, { defaultConfigurationId: configurationId })
  const { runId } = await seedRun(test, { organizationId, ...busy })
  const sessionId = await seedSession(test, organizationId, { configurationId })
  await queryRows(
    test.db,
    sql`insert into webhook_endpoints (id, organization_id, provider, sealed_secret)
        values (${randomUUID()}, ${organizationId}, 'github', 'sealed') on conflict do nothing`,
  )
  const webhookEndpointId = randomUUID()
  await queryRows(
    test.db,
    sql`insert into webhook_endpoints (id, organization_id, provider, trigger_id, sealed_secret)
        values (${webhookEndpointId}, ${organizationId}, 'custom', ${seeded.triggerId}, 'sealed')`,
  )
  const deliveryId = randomUUID()
  await queryRows(
    test.db,
    sql`insert into webhook_inbox
          (id, organization_id, endpoint_id, source, provider, delivery_id, event_type, payload, trace_id, received_at,
            status, processed_at)
        select ${deliveryId}::uuid, ${organizationId}, id, 'endpoint:' || id, 'github', ${deliveryId}, 'issues', '{}',
          'trace', now(), 'completed', now()
        from webhook_endpoints where organization_id = ${organizationId} and provider = 'github' limit 1`,
  )
  const { integrationId, scheduleId, triggerEventId } = await makeWakers(world, { organizationId, ...seeded })
  const [membership] = await queryRows(
    test.db,
    sql`select id from members where organization_id = ${organizationId} and user_id = ${colleagueId}`,
  )
  const memberId = String(membership?.['id'])
  const { automationId, triggerId } = seeded
  return {
    ...{ organizationId, automationId, triggerId, runId, repositoryId, configurationId, sessionId, deliveryId, memberId },
    ...{ integrationId, scheduleId, triggerEventId, webhookEndpointId },
  }
}

/** What wakes automations: a connection, a schedule with its trigger, and an event whose run has not begun. */
async function makeWakers(
  { test }: HttpWorld,
  { organizationId, automationId }: { organizationId: string; automationId: string },
) {
  const [integrationId, scheduleId, scheduledTriggerId] = [randomUUID(), randomUUID(), randomUUID()]
  await queryRows(
    test.db,
    sql`with connected as (
          insert into integrations (id, organization_id, provider, integration_id, connection_id)
          values (${integrationId}, ${organizationId}, 'stored', 'posthog', ${integrationId})
        ), timed as (
          insert into triggers (id, organization_id, automation_id, trigger_type, provider, event_type, config)
          values (${scheduledTriggerId}, ${organizationId}, ${automationId}, 'scheduled', 'scheduled', 'schedule_fired',
            '{"cronExpression":"0 9 * * *","timezone":"UTC"}')
        )
        insert into schedules (id, organization_id, automation_id, trigger_id, cron_expression)
        values (${scheduleId}, ${organizationId}, ${automationId}, ${scheduledTriggerId}, '0 9 * * *')`,
  )
  const waiting = await seedAutomation(test, organizationId)
  const { triggerEventId } = await seedRun(test, { organizationId, ...waiting }, { status: 'queued' })
  return { integrationId, scheduleId, triggerEventId }
}

/** An invitation of a person that nobody here is. */
export async function invite(world: HttpWorld, owner: SignedIn): Promise<string> {
  const body = { email: `${randomUUID()}@people.example`, role: 'member' }
  const path = `/api/organizations/${owner.organizationId}/invitations`
  const response = await world.request(path, post(body, owner.bearer))
  if (response.status !== 201) throw new Error(`invite: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { id: string }).id
}

/** A key of a person for one scope. Gives its id, and the headers that carry it. */
export async function makeKey(world: HttpWorld, person: SignedIn, scope: string) {
  const init = post({ name: 'Key', scopes: [scope] }, { ...person.bearer, 'x-organization-id': person.organizationId })
  const response = await world.request('/api/api-keys', init)
  if (response.status !== 201) throw new Error(`key: ${response.status} ${await response.text()}`)
  const { id, key } = (await response.json()) as { id: string; key: string }
  return { id, headers: { authorization: `Bearer ${key}` } }
}

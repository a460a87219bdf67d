import type { RunStatus } from '#schema/contracts/runs'
import {
  automationRuns,
  automations,
  configurationRepositories,
  configurations,
  organizations,
  repositories,
  sessions,
  triggerEvents,
  triggers,
} from '#schema/tables/index'
import { later } from '#kernel/clock'
import { HOUR_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'

type Needs = Pick<Kernel, 'db' | 'clock' | 'ids'>

/** An organization of its own, so that tests on one database do not see each other's rows. Returns its id. */
export async function seedOrganization(needs: Needs): Promise<string> {
  const id = needs.ids.next()
  await needs.db.insert(organizations).values({ id, name: 'Acme', slug: `acme-${id}`, createdAt: needs.clock.now() })
  return id
}

/** A public repository with the configuration that boots it. */
export async function seedConfiguration(needs: Needs, organizationId: string) {
  const { db, ids } = needs
  const [repositoryId, configurationId] = [ids.next(), ids.next()]
  const name = `acme/app-${repositoryId.slice(-8)}`
  const url = `https://git.test/${name}.git`
  await db.insert(repositories).values({ id: repositoryId, organizationId, name, url })
  await db.insert(configurations).values({ id: configurationId, organizationId, name })
  await db.insert(configurationRepositories).values({ configurationId, repositoryId })
  return { repositoryId, configurationId, name, url }
}

/** An automation with one enabled GitHub trigger; it works in a fresh configuration unless told otherwise. */
export async function seedAutomation(
  needs: Needs,
  organizationId: string,
  given: Partial<typeof automations.$inferInsert> = {},
) {
  const { db, ids } = needs
  const [automationId, triggerId] = [ids.next(), ids.next()]
  const defaultConfigurationId =
    given.defaultConfigurationId === undefined
      ? (await seedConfiguration(needs, organizationId)).configurationId
      : given.defaultConfigurationId
  await db.insert(automations).values({
    id: automationId,
    organizationId,
    name: 'Fix issues',
    agentInstructions: 'Fix what the issue describes.',
    ...given,
    defaultConfigurationId,
  })
  await db.insert(triggers).values({
    id: triggerId,
    organizationId,
    automationId,
    provider: 'github',
    eventType: 'issue_opened',
  })
  return { automationId, triggerId, configurationId: defaultConfigurationId }
}

export interface SeededRun {
  organizationId: string
  runId: string
  automationId: string
  triggerEventId: string
}

/** A run in any state, with its event, as the hand-off would have made it; `given` overrides columns of the run. */
export async function seedRun(
  needs: Needs,
  automation: { organizationId: string; automationId: string; triggerId: string },
  given: Partial<typeof automationRuns.$inferInsert> & { status?: RunStatus } = {},
  event: Partial<typeof triggerEvents.$inferInsert> = {},
): Promise<SeededRun> {
  const { db, ids, clock } = needs
  const { organizationId, automationId, triggerId } = automation
  const [runId, triggerEventId] = [ids.next(), ids.next()]
  const now = clock.now()
  await db.insert(triggerEvents).values({
    id: triggerEventId,
    organizationId,
    triggerId,
    provider: 'github',
    eventType: 'issue_opened',
    providerEventType: 'issues',
    occurredAt: now,
    dedupKey: `github:${triggerEventId}`,
    title: 'Slugs keep accents',
    url: 'https://github.test/acme/app/issues/1',
    context: { github: { issueUrl: 'https://github.test/acme/app/issues/1', body: 'Accents stay.' } },
    createdAt: now,
    ...event,
  })
  await db.insert(automationRuns).values({
    id: runId,
    organizationId,
    automationId,
    triggerEventId,
    triggerId,
    queuedAt: now,
    deadlineAt: later(now, 2 * HOUR_MS),
    createdAt: now,
    updatedAt: now,
    ...given,
  })
  return { organizationId, runId, automationId, triggerEventId }
}

/** A row of a session that nobody opened. Returns its id. */
export async function seedSession(
  needs: Needs,
  organizationId: string,
  given: Partial<typeof sessions.$inferInsert> = {},
): Promise<string> {
  const id = needs.ids.next()
  await needs.db.insert(sessions).values({
    id,
    organizationId,
    clientType: 'automation',
    title: 'Fix issues',
    sandboxProvider: 'local',
    ...given,
  })
  return id
}

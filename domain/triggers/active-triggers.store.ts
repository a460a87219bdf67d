import { and, eq, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Database } from '#kernel/database'
import { automations, triggers } from '#schema/tables/index'

/** Enabled triggers of several organizations that webhooks wake, each with its automation, in the order they were made. */
export function listActiveTriggersAcrossOrganizations(
  db: Database,
  input: { organizationIds: string[]; providers: string[] },
) {
  return activeTriggers(
    db,
    and(
      inArray(triggers.organizationId, input.organizationIds),
      inArray(triggers.provider, input.providers),
      eq(triggers.triggerType, 'webhook'),
    ),
  )
}

/** The enabled polling triggers of one poll group. */
export function listPollingTriggers(
  db: Database,
  group: { organizationId: string; provider: string; integrationId: string | null },
) {
  return activeTriggers(
    db,
    and(
      eq(triggers.organizationId, group.organizationId),
      eq(triggers.provider, group.provider),
      eq(triggers.triggerType, 'polling'),
      group.integrationId === null ? isNull(triggers.integrationId) : eq(triggers.integrationId, group.integrationId),
    ),
  )
}

const activeTriggers = (db: Database, which: SQL | undefined) =>
  db
    .select({
      id: triggers.id,
      organizationId: triggers.organizationId,
      provider: triggers.provider,
      eventType: triggers.eventType,
      config: triggers.config,
      filter: triggers.filter,
      integrationId: triggers.integrationId,
      automationId: automations.id,
      automationName: automations.name,
      automationEnabled: automations.enabled,
    })
    .from(triggers)
    .innerJoin(
      automations,
      and(eq(automations.id, triggers.automationId), eq(automations.organizationId, triggers.organizationId)),
    )
    .where(and(eq(triggers.enabled, true), which))
    .orderBy(triggers.id)
export type ActiveTrigger = Awaited<ReturnType<typeof listActiveTriggersAcrossOrganizations>>[number]

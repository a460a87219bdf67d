import { z } from 'zod'
import { type Actor, authorize } from '#domain/identity'
import { findIntegrationModule, type IntegrationModule, integrationModules } from '#domain/integrations'
import type { Provider } from '#schema/contracts/providers'
import { TriggerProvider } from '#schema/contracts/triggers'

/** Everything that can wake an automation, by name. What exists is code; what an organization connected is data. */
export function listProviders(input: { actor: Actor }): { items: Provider[] } {
  authorize(input.actor, 'read', 'trigger')
  const items = [...integrationModules.values()].map(providerView)
  return { items: items.toSorted((a, b) => a.name.localeCompare(b.name)) }
}

/** One of them; every id that the contract knows has a module. */
export function showProvider(input: { actor: Actor; providerId: TriggerProvider }): Provider {
  authorize(input.actor, 'read', 'trigger')
  return providerView(findIntegrationModule(input.providerId) as IntegrationModule)
}

function providerView({ meta, describeAccount, triggers }: IntegrationModule): Provider {
  const { polling, webhook } = triggers
  return {
    id: TriggerProvider.parse(meta.id),
    name: meta.name,
    description: meta.description,
    takesCredential: describeAccount !== undefined,
    webhookAddresses: [...(webhook?.addresses ?? [])],
    polling: polling
      ? {
          defaultIntervalSeconds: polling.defaultIntervalSeconds,
          minIntervalSeconds: polling.minIntervalSeconds,
          needsToken: polling.needsToken,
        }
      : null,
    triggerTypes: triggers.types.map(({ id, title, description, mechanisms, schema }) => ({
      id,
      title,
      description,
      mechanisms: [...mechanisms],
      configSchema: z.toJSONSchema(schema, { io: 'input' }),
    })),
  }
}

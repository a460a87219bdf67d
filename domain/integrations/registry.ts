import type { IntegrationModule, TriggerType } from './contract.ts'
import { github } from './modules/github/module.ts'

/** Every integration that exists. Which of them an organization uses is data, not code. */
export const integrationModules: ReadonlyMap<string, IntegrationModule> = registryOf({ github })

/** The module of a provider, or null when there is none. */
export function findIntegrationModule(provider: string): IntegrationModule | null {
  return integrationModules.get(provider) ?? null
}

/** The trigger type of a provider, or null when the provider or the type is unknown. */
export function findTriggerType(provider: string, eventType: string): TriggerType | null {
  return findIntegrationModule(provider)?.triggers.types.find((type) => type.id === eventType) ?? null
}

/**
 * Checks what the compiler cannot: a key that differs from its module's id, or a trigger type named twice, is a
 * mistake in our own code and stops the start. Throws TypeError.
 */
export function registryOf(modules: Record<string, IntegrationModule>): ReadonlyMap<string, IntegrationModule> {
  for (const [key, module] of Object.entries(modules)) {
    if (key !== module.meta.id) throw new TypeError(`Integration ${module.meta.id} is registered as ${key}`)
    const seen = new Set<string>()
    for (const { id } of module.triggers.types) {
      if (seen.has(id)) throw new TypeError(`Integration ${key} has two trigger types ${id}`)
      seen.add(id)
    }
  }
  return new Map(Object.entries(modules))
}

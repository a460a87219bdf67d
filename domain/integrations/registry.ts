import type { IntegrationModule, TriggerType } from './contract.ts'
import { custom } from './modules/custom/module.ts'
import { github } from './modules/github/module.ts'
import { gmail } from './modules/gmail/module.ts'
import { jira } from './modules/jira/module.ts'
import { linear } from './modules/linear/module.ts'
import { manual } from './modules/manual/module.ts'
import { posthog } from './modules/posthog/module.ts'
import { scheduled } from './modules/scheduled/module.ts'
import { sentry } from './modules/sentry/module.ts'
import { slack } from './modules/slack/module.ts'

/** Cron beats once a minute (a2 §2.9). */
const MIN_INTERVAL_SECONDS = 60

/** Every integration that exists. Which of them an organization uses is data, not code. */
export const integrationModules: ReadonlyMap<string, IntegrationModule> = registryOf({
  github,
  linear,
  sentry,
  jira,
  slack,
  posthog,
  gmail,
  custom,
  scheduled,
  manual,
})

/** The module of a provider, or null when there is none. */
export function findIntegrationModule(provider: string): IntegrationModule | null {
  return integrationModules.get(provider) ?? null
}

/** The trigger type of a provider, or null when the provider or the type is unknown. */
export function findTriggerType(provider: string, eventType: string): TriggerType | null {
  return findIntegrationModule(provider)?.triggers.types.find((type) => type.id === eventType) ?? null
}

/**
 * Checks what the compiler cannot: a key that differs from its module's id, a trigger type named twice or served by
 * nothing, and a poll more often than cron beats are mistakes in our own code and stop the start. Throws TypeError.
 */
export function registryOf(modules: Record<string, IntegrationModule>): ReadonlyMap<string, IntegrationModule> {
  for (const [key, module] of Object.entries(modules)) {
    if (key !== module.meta.id) throw new TypeError(`Integration ${module.meta.id} is registered as ${key}`)
    const seen = new Set<string>()
    for (const type of module.triggers.types) {
      if (seen.has(type.id)) throw new TypeError(`Integration ${key} has two trigger types ${type.id}`)
      seen.add(type.id)
      checkMechanisms(module, type)
    }
    checkInterval(module)
  }
  return new Map(Object.entries(modules))
}

function checkMechanisms({ meta, triggers }: IntegrationModule, { id, mechanisms }: TriggerType): void {
  if (mechanisms.length === 0) throw new TypeError(`Nothing starts ${meta.id} ${id}`)
  const serves = { webhook: Boolean(triggers.webhook?.addresses.length), polling: Boolean(triggers.polling) }
  for (const mechanism of mechanisms) {
    // The clock and people are served by the framework.
    if ((mechanism === 'webhook' || mechanism === 'polling') && !serves[mechanism]) {
      throw new TypeError(`Integration ${meta.id} has no ${mechanism} for ${id}`)
    }
  }
}

function checkInterval({ meta, triggers: { polling } }: IntegrationModule): void {
  if (!polling) return
  const { minIntervalSeconds: min, defaultIntervalSeconds: usual } = polling
  if (min < MIN_INTERVAL_SECONDS || usual < min) throw new TypeError(`Integration ${meta.id} polls too often`)
}

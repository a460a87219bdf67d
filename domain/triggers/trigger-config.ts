import { type FieldIssue, findTriggerType } from '#domain/integrations'
import type { CreateTrigger } from '#schema/contracts/triggers'
import { TriggerInvalid } from './errors.ts'

/** The configuration as its trigger type reads it. Throws `trigger.invalid` with one issue per refused field. */
export function validConfig(
  trigger: Pick<CreateTrigger, 'provider' | 'eventType' | 'config'>,
): Record<string, unknown> {
  const { provider, eventType, config } = trigger
  const type = findTriggerType(provider, eventType)
  if (!type) throw invalidTrigger([{ path: 'eventType', message: `${provider} has no trigger ${eventType}` }])
  const configured = type.configure(config)
  if (configured.ok) return configured.config
  const pathOf = (path: string) => (path === '' ? 'config' : `config.${path}`)
  throw invalidTrigger(configured.issues.map(({ path, message }) => ({ path: pathOf(path), message })))
}

/** `trigger.invalid`, with what is wrong field by field. */
export const invalidTrigger = (issues: FieldIssue[]) =>
  TriggerInvalid({ detail: issues.map(({ path, message }) => `${path}: ${message}`).join('; '), meta: { issues } })

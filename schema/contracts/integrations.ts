import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'
import { TriggerProvider } from '#schema/contracts/triggers'

export const IntegrationStatus = z.enum(['active', 'expired', 'revoked', 'deleted', 'suspended'])
export type IntegrationStatus = z.infer<typeof IntegrationStatus>

/** An organization's connection to an external service; its credential is never shown. */
export const Integration = z.object({
  id: Id,
  /** The service: `linear`. */
  integrationId: TriggerProvider,
  /** Who holds the credential. */
  provider: z.enum(['stored', 'nango', 'github-app']),
  displayName: z.string().nullable(),
  /** What the service's webhooks call it: an installation, a workspace, a team. */
  externalId: z.string().nullable(),
  status: IntegrationStatus,
  /** The service asked for patience until then. */
  rateLimitedUntil: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Integration = z.infer<typeof Integration>

/** As it goes into a header. */
const Token = z
  .string()
  .trim()
  .min(1)
  .max(10_000)
  .regex(/^[\x21-\x7e]+$/, 'must be printable characters without spaces')

const displayName = z.string().trim().max(200)

/**
 * Connects a service by a credential that it gave out: an API key, a personal token, an internal integration's token.
 * What the service calls the connection is asked of the service, never of the person: whoever could name another
 * organization's workspace would get its webhooks.
 */
export const CreateIntegration = z.strictObject({
  integrationId: TriggerProvider.exclude(['scheduled', 'manual', 'custom']),
  displayName: displayName.nullable().default(null),
  token: Token,
})
export type CreateIntegration = z.infer<typeof CreateIntegration>

/** What is left out stays as it is; a new token makes an expired connection active again. */
export const UpdateIntegration = z.strictObject({
  displayName: displayName.transform((name) => name || null).nullable().optional(),
  token: Token.optional(),
})
export type UpdateIntegration = z.infer<typeof UpdateIntegration>

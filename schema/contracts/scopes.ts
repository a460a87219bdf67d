import { z } from 'zod'

/**
 * What an API key may be given, and at most what its owner's role allows. `:write` includes `:read`; credentials of
 * repositories and everything about people (members, keys, the organization itself) have no scope: only persons do that.
 */
export const ApiKeyScope = z.enum([
  'sessions:read',
  'sessions:write',
  'runs:read',
  'runs:write',
  'automations:read',
  'automations:write',
  'repositories:read',
  'repositories:write',
  'integrations:read',
  'integrations:write',
  'webhooks:read',
  'webhooks:write',
  'organization:read',
])
export type ApiKeyScope = z.infer<typeof ApiKeyScope>

import type { ApiKeyScope } from '#schema/contracts/scopes'

/** What each scope lets a key do, in words; `:write` includes what `:read` allows. */
export const SCOPE_WORDS: Record<ApiKeyScope, string> = {
  'sessions:read': 'Read sessions and their changes',
  'sessions:write': 'Start, prompt and cancel sessions',
  'runs:read': 'Read runs',
  'runs:write': 'Cancel runs',
  'automations:read': 'Read automations',
  'automations:write': 'Create, change, delete automations',
  'repositories:read': 'Read repositories',
  'repositories:write': 'Add and change repositories',
  'webhooks:read': 'Read webhooks and deliveries',
  'webhooks:write': 'Create webhook addresses',
  'integrations:read': 'Read connections to services',
  'integrations:write': 'Connect and disconnect services',
  'organization:read': 'Read the organization and members',
}

/** The scopes that a chosen set gives anyway: reading, where writing is chosen. */
export function includedScopes(chosen: readonly ApiKeyScope[]): ApiKeyScope[] {
  return chosen.flatMap((scope) => {
    const read = scope.replace(/:write$/, ':read')
    return read === scope ? [] : [read as ApiKeyScope]
  })
}

/** The scopes in few words: `Write sessions, read runs`. Reading is not named beside writing. */
export function scopeSummary(scopes: readonly ApiKeyScope[]): string {
  const included = includedScopes(scopes)
  const named = scopes.filter((scope) => !included.includes(scope))
  const words = named.map((scope) => scope.split(':').reverse().join(' ')).join(', ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

import { expect, it } from 'vitest'
import { ApiKeyScope } from '#schema/contracts/scopes'
import { includedScopes, SCOPE_WORDS, scopeSummary } from './scope-words.ts'

it('has a sentence of its own for every scope', () => {
  expect(new Set(Object.values(SCOPE_WORDS)).size).toBe(ApiKeyScope.options.length)
})

it('knows that writing includes reading, and reading nothing', () => {
  expect(includedScopes(['sessions:write', 'runs:read'])).toEqual(['sessions:read'])
  for (const scope of includedScopes(ApiKeyScope.options)) expect(ApiKeyScope.options).toContain(scope)
})

it('names what a key may do once', () => {
  expect(scopeSummary(['sessions:read', 'sessions:write', 'runs:read'])).toBe('Write sessions, read runs')
})

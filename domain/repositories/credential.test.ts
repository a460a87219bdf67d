import { describe, expect, test } from 'vitest'
import { liesInside } from './credential.ts'

describe('a URL that git asks a credential for', () => {
  const repository = 'https://git.test/acme/app.git'

  test.each([
    'https://git.test/acme/app.git',
    'https://git.test/acme/app',
    'https://git.test/acme/app.git/',
    'https://git.test/acme/app.git/info/lfs',
    'https://git.test:443/acme/app.git',
  ])('%s lies inside', (asked) => {
    expect(liesInside(asked, repository)).toBe(true)
  })

  test.each([
    'https://git.test/acme/app-private.git',
    'https://git.test/acme/application',
    'https://git.test/acme',
    'https://git.test/',
    'https://git.test/acme/app.git/../other.git',
    'https://git.test/acme/app.git/%2e%2e/other.git',
    'https://git.test/ACME/app.git',
    'http://git.test/acme/app.git',
    'https://git.test:8443/acme/app.git',
    'https://evil.test/acme/app.git',
    'https://git.test.evil.test/acme/app.git',
    'https://git.test@evil.test/acme/app.git',
    'not a url',
    '',
  ])('%s does not', (asked) => {
    expect(liesInside(asked, repository)).toBe(false)
  })

  test('a repository that was given without .git is found with it', () => {
    expect(liesInside('https://git.test/acme/app.git', 'https://git.test/acme/app/')).toBe(true)
  })
})

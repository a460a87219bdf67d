import { expect, it } from 'vitest'
import { repositoryName } from './repository-name.ts'

it.each([
  ['https://github.com/acme/text-tools', 'acme/text-tools'],
  ['https://github.com/acme/text-tools.git', 'acme/text-tools'],
  ['https://github.com/acme/text-tools/', 'acme/text-tools'],
  ['https://gitlab.acme.test/group/sub/tools.git', 'sub/tools'],
  ['https://github.com/acme', ''],
  ['https://github.com/acme/b%20c', ''],
  ['git@github.com:acme/text-tools.git', ''],
  ['', ''],
])('%j suggests %j', (url, name) => {
  expect(repositoryName(url)).toBe(name)
})

import { describe, expect, it } from 'vitest'
import { CreateOrganization } from '#schema/contracts/identity'
import { slugOf } from './slug-of.ts'

describe('the slug of a name', () => {
  it.each([
    ['Acme', 'acme'],
    ['Acme & Söhne', 'acme-sohne'],
    ['  --Text Tools--  ', 'text-tools'],
    ['東京', ''],
    ['!', ''],
  ])('%j is %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })

  it.each(['a'.repeat(100), `${'a'.repeat(59)} b`, 'x'])('is one that the API takes: %j', (name) => {
    expect(CreateOrganization.safeParse({ name, slug: slugOf(name) }).success).toBe(true)
  })
})

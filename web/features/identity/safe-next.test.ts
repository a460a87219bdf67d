import { describe, expect, it } from 'vitest'
import { safeNext } from './safe-next.ts'

describe('where a sign-in leads', () => {
  it('is the page that was asked for', () => {
    expect(safeNext('/workspace/1?tab=changes#a')).toBe('/workspace/1?tab=changes#a')
  })

  it.each([
    undefined,
    '',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/.//evil.example',
    '/sign-in?next=/sign-in',
  ])('is the first page for %j', (next) => {
    expect(safeNext(next)).toBe('/dashboard/sessions')
  })
})

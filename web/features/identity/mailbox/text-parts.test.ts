import { expect, it } from 'vitest'
import { textParts } from './text-parts.ts'

it('finds the addresses in a text and loses nothing of it', () => {
  const text = 'Hello,\n\nVerify: https://app.test/verify-email?token=a.b\nor http://b.test'
  const parts = textParts(text)
  expect(parts.map((part) => part.text).join('')).toBe(text)
  expect(parts.filter(({ isLink }) => isLink).map((part) => part.text)).toEqual([
    'https://app.test/verify-email?token=a.b',
    'http://b.test',
  ])
})

it('takes nothing but web addresses for links', () => {
  expect(textParts('javascript:alert(1) mailto:a@b.test')).toEqual([
    { text: 'javascript:alert(1) mailto:a@b.test', isLink: false },
  ])
})

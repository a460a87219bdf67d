import { describe, expect, it } from 'vitest'
import { passwordStrength } from './password-strength.ts'

describe('the hint beside a new password', () => {
  it.each([
    ['', 'short'],
    ['Xy7!aaa', 'short'],
    ['password', 'weak'],
    ['12345678', 'weak'],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
    ['sunny-day', 'fair'],
    ['correct horse battery', 'strong'],
  ])('calls %j %s', (password, strength) => {
    expect(passwordStrength(password)).toBe(strength)
  })
})

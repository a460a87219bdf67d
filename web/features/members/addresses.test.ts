import { describe, expect, it } from 'vitest'
import { addressesOf } from './addresses.ts'

describe('the addresses in a text', () => {
  it('are parted by blanks, commas and lines, in lower case, each once', () => {
    const text = ' Ann@acme.test, bob@acme.test;\n<ann@acme.test>\tcid@acme.test '
    expect(addressesOf(text)).toEqual({ addresses: ['ann@acme.test', 'bob@acme.test', 'cid@acme.test'], wrong: [] })
  })

  it('are told apart from what is none', () => {
    expect(addressesOf('ann@acme.test, bob@, cid')).toEqual({ addresses: ['ann@acme.test'], wrong: ['bob@', 'cid'] })
  })

  it('are none in an empty text', () => {
    expect(addressesOf(' ,\n')).toEqual({ addresses: [], wrong: [] })
  })
})

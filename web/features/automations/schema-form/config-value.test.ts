import { describe, expect, it } from 'vitest'
import { configInWords } from './config-words.ts'
import { initialConfig, knownOf, withValue } from './config-value.ts'
import { readSchema } from './read-schema.ts'

const text = { type: 'string' }
const fields = readSchema({
  properties: {
    labels: { title: 'Labels', type: 'array', items: text },
    zone: { title: 'Zone', ...text, default: 'UTC' },
    strict: { title: 'Strict', type: 'boolean' },
    wanted: { title: 'Wanted', type: 'object', additionalProperties: text },
    inner: { title: 'Inner', type: 'object', properties: { depth: { title: 'Depth', type: 'number', default: 2 } } },
  },
})

describe('what a form is filled in with', () => {
  it('begins with what counts when nothing is written, also one level down', () => {
    expect(initialConfig(fields)).toEqual({ zone: 'UTC', inner: { depth: 2 } })
  })

  it.each([[''], [undefined], [[]], [{}]])('leaves out what is empty: %j', (empty) => {
    expect(withValue({ labels: ['a'], zone: 'UTC' }, 'labels', empty)).toEqual({ zone: 'UTC' })
  })

  it('keeps what says something, also no and nought', () => {
    expect(withValue({}, 'strict', false)).toEqual({ strict: false })
    expect(withValue({ a: 1 }, 'a', 0)).toEqual({ a: 0 })
  })

  it('drops what another schema does not know, and keeps the rest', () => {
    expect(knownOf(fields, { labels: ['a'], gone: 1 })).toEqual({ labels: ['a'], zone: 'UTC', inner: { depth: 2 } })
  })

  it('is said in words, field by field', () => {
    const config = { labels: ['agent', 'bug'], strict: true, wanted: { plan: 'pro' }, inner: { depth: 3 }, unknown: 1 }
    const words = ['Labels: agent, bug', 'Strict: yes', 'Wanted: plan = pro', 'Depth: 3']
    expect(configInWords(fields, config)).toEqual(words)
    expect(configInWords(fields, {})).toEqual([])
  })
})

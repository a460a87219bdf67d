import { expect, it } from 'vitest'
import { pathsOf } from './event-paths.ts'

it('names what a filter can ask an event, each path once', () => {
  const github = { action: 'labeled', labels: ['bug', 'agent'], author: { name: 'ada' }, 'odd name': 1, empty: [] }
  expect(pathsOf({ context: { github } })).toEqual([
    'title',
    'url',
    'occurredAt',
    'providerEventType',
    'context.github.action',
    'context.github.labels[*]',
    'context.github.author.name',
  ])
})

it('stops in time', () => {
  const wide = Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`name${index}`, index]))
  expect(pathsOf({ context: wide })).toHaveLength(200)
})

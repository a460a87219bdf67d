import { expect, it } from 'vitest'
import { pollErrorInWords } from './poll-words.ts'

it.each([
  [
    'provider.unauthorized: The service does not accept the credential',
    'Linear no longer accepts this integration’s token. Reconnect it.',
  ],
  ['integration.not_active: The integration is not active', 'The integration is not connected any more. Reconnect it.'],
  ['provider.odd: It is odd', 'It is odd'],
  ['connect ECONNREFUSED: 127.0.0.1', 'connect ECONNREFUSED: 127.0.0.1'],
])('%j reads %j', (error, words) => {
  expect(pollErrorInWords(error, 'Linear')).toBe(words)
})

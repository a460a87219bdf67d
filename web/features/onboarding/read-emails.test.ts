import { expect, it } from 'vitest'
import { readEmails } from './read-emails.ts'

it('reads addresses however they are set apart, each once', () => {
  const { emails, wrong } = readEmails('Bo@acme.test, cy@acme.test;\n bo@ACME.test\tdi@acme.test')
  expect(emails).toEqual(['bo@acme.test', 'cy@acme.test', 'di@acme.test'])
  expect(wrong).toEqual([])
})

it('tells what is no address', () => {
  expect(readEmails('bo@acme.test cy@ acme')).toEqual({ emails: ['bo@acme.test'], wrong: ['cy@', 'acme'] })
})

it('reads nothing out of nothing', () => {
  expect(readEmails(' ,;\n')).toEqual({ emails: [], wrong: [] })
})

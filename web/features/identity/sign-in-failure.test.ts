import errors from '../../../node_modules/better-auth/dist/oauth2/errors.mjs?raw'
import linking from '../../../node_modules/better-auth/dist/oauth2/link-account.mjs?raw'
import state from '../../../node_modules/better-auth/dist/state.mjs?raw'
import { expect, it } from 'vitest'
import { explainFailure } from './sign-in-failure.ts'

/** Matches of a pattern's group in the text of one of the library's files. */
function codesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, code = '']) => code)
}

it('has words of its own for every code with which the identity library leads back', () => {
  const codes = [
    ...codesIn(errors, /^\t[A-Z_]+: "(\w+)"/gm),
    ...codesIn(state, /code: "(\w+)"/g).map((code) => code.replace('_security_', '_')),
    ...codesIn(linking, /code: "(\w+)"/g),
    ...codesIn(linking, /error: "([\w ]+)"/g).map((error) => error.replaceAll(' ', '_')),
  ]
  expect(codes.length).toBeGreaterThan(30)
  const unknown = explainFailure('a code that does not exist')
  expect(codes.filter((code) => explainFailure(code) === unknown)).toEqual([])
})

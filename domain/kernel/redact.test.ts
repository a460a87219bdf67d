import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact, REDACTED } from './redact.ts'
import { hidesSecret } from './secret-names.ts'

const shown = (value: unknown) => JSON.stringify(redact(value))

describe('by name', () => {
  const SECRET = [
    'password', 'newPassword', 'user_password', 'secret', 'clientSecret', 'webhook_secret', 'token', 'accessToken',
    'refresh_token', 'set-auth-token', 'authorization', 'Authorization', 'cookie', 'Set-Cookie', 'key', 'apiKey', 'api_key',
    'X-Api-Key', 'apikey', 'privateKey', 'ENCRYPTION_KEY', 'credential', 'credentials', 'sealedCredential', 'passphrase', 'jwt',
  ]
  const OPEN = ['idempotencyKey', 'dedupKey', 'publicKey', 'tokenCount', 'inputTokens', 'name', 'traceId', 'keyboard', 'monkey']

  test.each(SECRET)('%s is a secret, at any depth and of any shape', (name) => {
    for (const value of ['hunter2', ['hunter2'], { inner: 'hunter2' }]) {
      expect(shown({ a: [{ [name]: value }] })).toBe(JSON.stringify({ a: [{ [name]: REDACTED }] }))
    }
  })

  test.each(OPEN)('%s is none', (name) => {
    expect(redact({ [name]: 7 })).toEqual({ [name]: 7 })
    if (name !== 'inputTokens') expect(redact({ [name]: 'plain' })).toEqual({ [name]: 'plain' })
  })

  test('whether there is a secret may be told', () => {
    expect(redact({ hasPassword: true, credential: null, secret: false })).toEqual({
      hasPassword: true,
      credential: null,
      secret: false,
    })
  })
})

describe('by shape', () => {
  const HEX = '0123456789abcdef'
  const WORD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  const textOf = (letters: string, length: number) =>
    fc.array(fc.constantFrom(...letters), { minLength: length, maxLength: length }).map((all) => all.join(''))
  const SECRETS: [string, fc.Arbitrary<string>][] = [
    ['a bearer credential', textOf(WORD, 20).map((word) => `Bearer ${word}`)],
    ['a basic credential', textOf(WORD, 24).map((word) => `Basic A9${word}==`)],
    ['a JWT', textOf(WORD, 20).map((word) => `eyJ${word}.${word}.${word}`)],
    ['a PEM block', textOf(WORD, 64).map((word) => `-----BEGIN PRIVATE KEY-----\n${word}\n-----END PRIVATE KEY-----`)],
    ['a PEM block that was cut', textOf(WORD, 64).map((word) => `-----BEGIN RSA PRIVATE KEY-----\n${word}`)],
    ['a key of Anthropic or OpenAI', textOf(WORD, 24).map((word) => `sk-ant-${word}`)],
    ['a publishable key', textOf(WORD, 24).map((word) => `pk_live_${word}`)],
    ['a GitHub token', textOf(WORD, 36).map((word) => `ghp_${word}`)],
    ['the password of a URL', textOf(WORD, 12).map((word) => `postgres://app:${word}@db.example/app`)],
    ['the token of a URL', textOf(WORD, 12).map((word) => `https://x.example/hook?a=1&token=${word}`)],
    ['a password in a sentence', textOf(WORD, 12).map((word) => `password=${word}`)],
    ['a secret in JSON that is text', textOf(WORD, 12).map((word) => `{"api_key": "${word}"}`)],
  ]

  test.each(SECRETS)('%s is gone, wherever it stands', (_name, secrets) => {
    fc.assert(
      fc.property(secrets, fc.constantFrom('', 'note: ', 'line\n'), fc.constantFrom('', ' and more', '\nnext'), (secret, before, after) => {
        const said = shown({ note: `${before}${secret}${after}`, list: [secret], id: secret })
        const core = /[A-Za-z0-9]{12,}/.exec(secret.replace(/^.*?(Bearer |Basic |-----\n|eyJ|sk-ant-|pk_live_|ghp_|app:|token=|password=|": ")/s, ''))?.[0]
        expect(core).toBeDefined()
        expect(said).not.toContain(core)
      }),
    )
  })

  test('32 random bytes in hex are gone, unless the field is an id', () => {
    fc.assert(
      fc.property(textOf(HEX, 64), (secret) => {
        expect(redact({ note: `it is ${secret}`, deliveryId: `sha256:${secret}` })).toEqual({
          note: 'it is [redacted]',
          deliveryId: `sha256:${secret}`,
        })
      }),
    )
  })

  test('a long random word is gone, unless the field is an id', () => {
    const word = 'k3Jq9ZxT7vWm2LpR8sYb4NcD6fHg1QaE'
    expect(redact({ note: `it is ${word}.`, userId: word, ids: [word] })).toEqual({
      note: 'it is [redacted].',
      userId: word,
      ids: [word],
    })
  })

  test('what people need to find things stays: ids, traces, commits, paths, URLs', () => {
    const plain = {
      run: '019a8f3e-5b1c-7d2e-9f00-0123456789ab',
      trace: '4bf92f3577b34da6a3ce929d0e0e4736',
      commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
      path: '/srv/app/node_modules/@cloudflare/workers-types/index.d.ts',
      url: 'https://github.com/acme/app/issues/12?state_reason=open#issuecomment-1',
      branch: 'proliferate/fix-the-flaky-test-of-the-billing-page-1a2b3c4d',
      sentence: 'The token expired; ask for a new password by mail.',
    }
    expect(redact(plain)).toEqual(plain)
  })
})

describe('whatever the value', () => {
  test('it never throws, and what comes back is JSON of a bounded size', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withTypedArray: true, withNullPrototype: true }), (value) => {
        expect(JSON.stringify(redact({ value })).length).toBeLessThan(20_000)
      }),
    )
    const cycle: Record<string, unknown> = { name: 'x'.repeat(100_000), list: Array.from({ length: 10_000 }, (_, i) => i) }
    cycle['self'] = cycle
    expect(shown(cycle).length).toBeLessThan(20_000)
    expect(redact(Array.from({ length: 53 }, () => 1)) as unknown[]).toHaveLength(51)
  })

  test('twice is the same as once', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const once = redact(value)
        expect(redact(once)).toEqual(once)
      }),
    )
  })

  test('a name that hides a text hides it in every spelling', () => {
    const spellings = (words: string[]) => [
      words.join('_'), words.join('-').toUpperCase(), words.join(' '),
      words.map((word, i) => (i === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join(''),
    ]
    const names = fc.constantFrom<string[]>(['api', 'key'], ['access', 'token'], ['user', 'password'], ['client', 'secret'])
    fc.assert(fc.property(names, (words) => spellings(words).every((name) => hidesSecret(name, 'x'))))
  })
})

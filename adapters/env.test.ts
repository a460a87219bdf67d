import { expect, test } from 'vitest'
import { configOf, type Env, InvalidConfiguration } from './env.ts'

const VALID = {
  ENVIRONMENT: 'production',
  APP_URL: 'https://app.test',
  PLATFORM_URL: 'https://api.test',
  DATABASE_URL: 'postgres://unused',
  ENCRYPTION_KEY: btoa('\u0007'.repeat(32)),
  SERVICE_TOKEN: 'service-token-of-the-test-suite-0123456789',
  AUTH_SECRET: 'auth-secret-of-the-test-suite-0123456789',
  SANDBOX_HOST_URL: 'http://127.0.0.1:9',
  SANDBOX_HOST_TOKEN: 'sandbox-host-token-of-the-tests',
}
const envOf = (change: Record<string, unknown>) => ({ ...VALID, ...change }) as unknown as Env

/** What the Worker says instead of starting; null when it starts. */
function problemsOf(change: Record<string, unknown>): string[] | null {
  try {
    configOf(envOf(change))
    return null
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error
    return error.message.split('\n').slice(1).map((line) => line.replace(/^ {2}- /, ''))
  }
}

const MAIL = { EMAIL_ENABLED: 'true', EMAIL_FROM: 'Proliferate <mail@proliferate.example>' }
const EMAIL = { send: () => Promise.resolve() }

test('the least there must be is enough, and what is set to nothing counts as unset', () => {
  expect(problemsOf({})).toBeNull()
  expect(problemsOf({ RESEND_API_KEY: '', GITHUB_OAUTH_APP_ID: '', EMAIL_FROM: '' })).toBeNull()
})

test.each([
  ['mail without a sender', { EMAIL_ENABLED: 'true', RESEND_API_KEY: 're' }, 'EMAIL_FROM is needed by EMAIL_ENABLED=true'],
  ['Resend without its key', MAIL, 'RESEND_API_KEY is needed by EMAIL_PROVIDER=resend'],
  [
    "Cloudflare's mail without the binding",
    { ...MAIL, EMAIL_PROVIDER: 'cloudflare' },
    'EMAIL_PROVIDER=cloudflare needs the binding EMAIL (send_email in wrangler.toml)',
  ],
  [
    'the mailbox in production',
    { EMAIL_ENABLED: 'true', EMAIL_PROVIDER: 'mailbox' },
    'EMAIL_PROVIDER=mailbox must not be set in production',
  ],
  [
    'verification without mail',
    { ENFORCE_EMAIL_VERIFICATION: 'true' },
    'ENFORCE_EMAIL_VERIFICATION=true needs EMAIL_ENABLED=true',
  ],
  ['half of GitHub', { GITHUB_OAUTH_APP_ID: 'id' }, 'GITHUB_OAUTH_APP_ID and GITHUB_OAUTH_APP_SECRET go together'],
  ['the other half', { GITHUB_OAUTH_APP_SECRET: 's' }, 'GITHUB_OAUTH_APP_ID and GITHUB_OAUTH_APP_SECRET go together'],
  ['half of Google', { GOOGLE_CLIENT_ID: 'id' }, 'GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET go together'],
  ['the other half of it', { GOOGLE_CLIENT_SECRET: 's' }, 'GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET go together'],
  ['the demo sign-in in production', { DEV_SIGN_IN_TOKEN: 'x'.repeat(16) }, 'DEV_SIGN_IN_TOKEN must not be set in production'],
])('%s is told instead of starting', (_title, change, problem) => {
  expect(problemsOf(change)).toEqual([problem])
})

test.each([
  ['Resend', { ...MAIL, RESEND_API_KEY: 're' }],
  ["Cloudflare's mail", { ...MAIL, EMAIL_PROVIDER: 'cloudflare', EMAIL }],
  ['the mailbox of development', { ENVIRONMENT: 'development', EMAIL_ENABLED: 'true', EMAIL_PROVIDER: 'mailbox' }],
  ['enforced verification', { ...MAIL, RESEND_API_KEY: 're', ENFORCE_EMAIL_VERIFICATION: 'true' }],
  ['GitHub and Google', { GITHUB_OAUTH_APP_ID: 'a', GITHUB_OAUTH_APP_SECRET: 'b', GOOGLE_CLIENT_ID: 'c', GOOGLE_CLIENT_SECRET: 'd' }],
])('%s with all it needs starts', (_title, change) => {
  expect(problemsOf(change)).toBeNull()
})

test('every problem is told at once, by the name of its variable and never by its value', () => {
  const secret = 'short-secret'
  expect(problemsOf({ AUTH_SECRET: secret, APP_URL: 'nowhere', EMAIL_ENABLED: 'yes' })).toHaveLength(3)
  expect(String(problemsOf({ AUTH_SECRET: secret }))).not.toContain(secret)
  expect(problemsOf({ ...MAIL, EMAIL_FROM: '', GOOGLE_CLIENT_ID: 'id' })).toHaveLength(3)
})

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aMail, aPerson } from '../fakes/account-state.ts'
import { ApiProblem, EMAIL, PASSWORD } from '../fakes/api-state.ts'
import { startDashboard } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

const signedOut = (path: string) => dashboard.open(path, { signedIn: false })
const enforceVerification = () => {
  dashboard.state.accounts.options.verificationEnforced = true
}
const alert = (page: Page, text: string) => page.getByRole('alert').getByText(text).waitFor()

async function signUp(page: Page, email = 'alan@acme.test') {
  await page.getByLabel('Name').fill('Alan Turing')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Create account' }).click()
}

describe('signing in', () => {
  it('offers others only where they are configured, and comes back to the page that was asked for', async () => {
    const plain = await signedOut('/sign-in')
    await expect.poll(() => dashboard.state.requestsTo('GET', '/api/auth-options')).not.toEqual([])
    await plain.waitForLoadState('networkidle')
    await plain.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await plain.getByRole('button', { name: /Continue with/ }).count()).toBe(0)
    dashboard.state.accounts.options.github = true
    const page = await signedOut('/sign-in?next=/dashboard/runs')
    const others = page.getByRole('button', { name: /Continue with/ })
    await others.first().waitFor()
    expect(await others.allInnerTexts()).toEqual(['Continue with GitHub'])
    await page.route('https://github.test/**', (route) => route.fulfill({ body: 'GitHub asks' }))
    await page.getByRole('button', { name: 'Continue with GitHub' }).click()
    await page.getByText('GitHub asks').waitFor()
    expect(dashboard.state.requestsTo('POST', '/api/auth/sign-in/social')[0]?.body).toEqual({
      provider: 'github',
      callbackURL: `${dashboard.url}/dashboard/runs`,
      errorCallbackURL: `${dashboard.url}/sign-in?next=%2Fdashboard%2Fruns`,
    })
  })

  it('takes a typed address along to where a password is renewed', async () => {
    const page = await signedOut('/sign-in')
    await page.getByLabel('Email').fill('ada@acme.test')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
    expect(await page.getByLabel('Email').inputValue()).toBe('ada@acme.test')
  })

  it('never lets others lead to another site', async () => {
    dashboard.state.accounts.options.google = true
    const page = await signedOut('/sign-in?next=//evil.example')
    await page.route('https://google.test/**', (route) => route.fulfill({ body: 'Google asks' }))
    await page.getByRole('button', { name: 'Continue with Google' }).click()
    await page.getByText('Google asks').waitFor()
    const [asked] = dashboard.state.requestsTo('POST', '/api/auth/sign-in/social')
    expect(asked?.body).toMatchObject({ callbackURL: `${dashboard.url}/dashboard/sessions` })
  })

  it.each([
    ['access_denied', 'The sign-in was canceled.'],
    ['auth.suspended', 'Your account is suspended. Ask whoever runs this deployment.'],
    ['account_not_linked', 'There is an account with this email already.'],
    ['email_not_found', 'No email address came back.'],
    ['state_mismatch', 'The sign-in took too long, or was begun in another browser.'],
    ['something_new', 'The sign-in did not work.'],
  ])('says why others led back: %s', async (code, text) => {
    await alert(await signedOut(`/sign-in?error=${code}`), text)
  })

  it('says when the address is not verified, and mails the link again once a minute', async () => {
    enforceVerification()
    dashboard.state.accounts.people.push(aPerson({ emailVerified: false }))
    const page = await signedOut('/sign-in')
    await page.getByLabel('Email').fill('grace@acme.test')
    await page.getByLabel('Password').fill('a fine password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await alert(page, 'This address is not verified yet.')
    await page.getByRole('button', { name: 'Send the link again' }).click()
    await page.getByText('Sent. The email may take a minute.').waitFor()
    expect(await page.getByRole('button', { name: /Send the link again in \d+ s/ }).isDisabled()).toBe(true)
    expect(dashboard.state.requestsTo('POST', '/api/auth/send-verification-email')[0]?.body).toEqual({
      email: 'grace@acme.test',
    })
  })

  it('says when it was tried too often, and when the server fails', async () => {
    const path = '/api/auth/sign-in/email'
    const page = await signedOut('/sign-in')
    const submit = async () => {
      await page.getByLabel('Email').fill(EMAIL)
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in' }).click()
    }
    dashboard.state.fail(path, new ApiProblem(429, 'auth.too_many_attempts', 'Too many attempts; wait'))
    await submit()
    await alert(page, 'Too many tries.')
    dashboard.state.fail(path, new ApiProblem(503, 'auth.unavailable', 'Signing in is not possible right now'))
    await submit()
    await alert(page, 'The server could not do this.')
    dashboard.state.fail(path, new ApiProblem(403, 'auth.suspended', 'Your account is suspended'))
    await submit()
    await alert(page, 'Your account is suspended. Ask whoever runs this deployment.')
  })

  it('leads to the sign-up and back, and keeps where one was going', async () => {
    const page = await signedOut('/sign-in?next=/dashboard/runs')
    await page.getByRole('link', { name: 'Create an account' }).click()
    await page.getByRole('heading', { name: 'Create an account' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
    expect(new URL(page.url()).searchParams.get('next')).toBe('/dashboard/runs')
  })
})

describe('signing up', () => {
  it('signs in at once where addresses need no verification, and leads to where one was going', async () => {
    const page = await signedOut('/sign-up?next=/dashboard/runs&email=alan@acme.test')
    await expect.poll(() => page.title()).toBe('Create an account · Proliferate')
    expect(await page.getByLabel('Email').inputValue()).toBe('alan@acme.test')
    await signUp(page)
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
    expect(dashboard.state.requestsTo('POST', '/api/auth/sign-up/email')[0]?.body).toEqual({
      name: 'Alan Turing',
      email: 'alan@acme.test',
      password: 'correct horse',
    })
  })

  it('says how hard a password is to guess, shows it on request, and takes none of less than 8 characters', async () => {
    const page = await signedOut('/sign-up')
    const password = page.getByLabel('Password')
    await page.getByText('At least 8 characters').waitFor()
    await password.fill('password')
    await page.getByText('Weak').waitFor()
    await password.fill('correct horse battery')
    await page.getByText('Strong').waitFor()
    await page.getByRole('button', { name: 'Show' }).click()
    expect(await password.getAttribute('type')).toBe('text')
    await page.getByRole('button', { name: 'Hide' }).click()
    expect(await password.getAttribute('type')).toBe('password')
    await password.clear()
    await password.pressSequentially('short')
    await page.getByLabel('Name').fill('Alan')
    await page.getByLabel('Email').fill('alan@acme.test')
    await page.getByRole('button', { name: 'Create account' }).click()
    expect(await password.evaluate((field: HTMLInputElement) => field.validity.tooShort)).toBe(true)
    expect(dashboard.state.requestsTo('POST', '/api/auth/sign-up/email')).toEqual([])
  })

  it('says when there is an account already', async () => {
    const page = await signedOut('/sign-up')
    await signUp(page, EMAIL)
    await alert(page, 'There is an account with this email already. Sign in instead.')
  })

  it('waits for the mail where addresses must be verified; the link can be asked for after a minute', async () => {
    enforceVerification()
    const page = await signedOut('/sign-up')
    await page.clock.install()
    await signUp(page)
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
    await page.getByText('alan@acme.test').waitFor()
    await page.getByText('Nothing there?').waitFor()
    expect(await page.getByRole('button', { name: /again in \d+ s/ }).isDisabled()).toBe(true)
    await page.clock.fastForward('01:01')
    await page.getByRole('button', { name: 'Send the link again', exact: true }).click()
    await page.getByText('Sent.').waitFor()
    await page.clock.fastForward('01:01')
    await page.getByRole('button', { name: 'Send the link again', exact: true }).click()
    await page.getByText('An email was sent less than a minute ago.').waitFor()
    expect(await page.getByRole('button', { name: /again in \d+ s/ }).isDisabled()).toBe(true)
  })

  it('looks the same for an address that has an account, and lets one go back for another', async () => {
    enforceVerification()
    const page = await signedOut('/sign-up')
    await signUp(page, EMAIL)
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
    await page.getByRole('button', { name: 'Use another address' }).click()
    await page.getByRole('heading', { name: 'Create an account' }).waitFor()
  })

  it('leads to the mailbox where mails are kept', async () => {
    enforceVerification()
    dashboard.state.accounts.mails = [aMail('mail-1')]
    const page = await signedOut('/sign-up')
    await signUp(page)
    await page.getByRole('link', { name: 'mailbox' }).click()
    await page.getByRole('heading', { name: 'Mailbox' }).waitFor()
  })

  it('is not shown to whoever is signed in', async () => {
    const page = await dashboard.open('/sign-up?next=/dashboard/runs')
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
  })
})

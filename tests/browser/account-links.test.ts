import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aPerson } from '../fakes/account-state.ts'
import { ApiProblem, EMAIL } from '../fakes/api-state.ts'
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

/** As a link within the dashboard would: what the page knows, it keeps. */
const goWithin = (page: Page, path: string) =>
  page.evaluate((to) => {
    history.pushState({}, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
const signedOut = (path: string) => dashboard.open(path, { signedIn: false })
const enforceVerification = () => {
  dashboard.state.accounts.options.verificationEnforced = true
}
const alert = (page: Page, text: string) => page.getByRole('alert').getByText(text).waitFor()

async function signUp(page: Page) {
  await page.getByLabel('Name').fill('Alan Turing')
  await page.getByLabel('Email').fill('alan@acme.test')
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Create account' }).click()
}

describe('the link of the verification mail', () => {
  it('signs in and goes on to where the sign-up came from, in another tab', async () => {
    enforceVerification()
    const page = await signedOut('/sign-up?next=/dashboard/runs')
    await signUp(page)
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
    const other = await page.context().newPage()
    const verify = dashboard.state.hold('/api/auth/verify-email')
    await other.goto(`${dashboard.url}/verify-email?token=verify-alan@acme.test`)
    await other.getByRole('heading', { name: 'Verifying your address…' }).waitFor()
    verify()
    await other.getByRole('heading', { name: 'Runs' }).waitFor()
    expect(dashboard.state.requestsTo('GET', '/api/auth/verify-email')).toHaveLength(1)
  })

  it('goes to the first page when nothing was asked for', async () => {
    dashboard.state.accounts.people.push(aPerson({ emailVerified: false }))
    dashboard.state.accounts.verifications.set('token', 'grace@acme.test')
    const page = await signedOut('/verify-email?token=token')
    await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  })

  it('leads once to where the sign-up came from, not again', async () => {
    enforceVerification()
    const page = await signedOut('/sign-up?next=/dashboard/runs')
    await signUp(page)
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
    await page.goto(`${dashboard.url}/verify-email?token=verify-alan@acme.test`)
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
    dashboard.state.accounts.people.push(aPerson({ emailVerified: false }))
    dashboard.state.accounts.verifications.set('token', 'grace@acme.test')
    await page.goto(`${dashboard.url}/verify-email?token=token`)
    await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  })

  it('never leads to another site', async () => {
    enforceVerification()
    const page = await signedOut('/sign-up?next=//evil.example')
    await signUp(page)
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
    await page.goto(`${dashboard.url}/verify-email?token=verify-alan@acme.test`)
    await page.getByRole('heading', { name: 'Sessions' }).waitFor()
    expect(new URL(page.url()).origin).toBe(dashboard.url)
  })

  it('that was used already says so, and asks to sign in', async () => {
    dashboard.state.accounts.verifications.set('token', EMAIL)
    const page = await signedOut('/verify-email?token=token')
    await page.getByRole('heading', { name: 'Your address is verified' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  })

  it('forgets what the one knew who was signed in before', async () => {
    dashboard.state.accounts.people.push(aPerson({ emailVerified: false }))
    dashboard.state.accounts.verifications.set('token', 'grace@acme.test')
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByText('ada@acme.test').waitFor()
    await goWithin(page, '/verify-email?token=token')
    await page.getByText('grace@acme.test').waitFor()
    expect(await page.getByText('ada@acme.test').count()).toBe(0)
  })

  it.each([
    ['?token=forged', 'This link is not valid'],
    ['', 'This link is not valid'],
    ['?token=old', 'This link has expired'],
  ])('%s is told apart, and a new one can be sent', async (query, title) => {
    dashboard.state.accounts.expiredTokens.add('old')
    const page = await signedOut(`/verify-email${query}`)
    await page.getByRole('heading', { name: title }).waitFor()
    await page.getByLabel('Email').fill('grace@acme.test')
    await page.getByRole('button', { name: 'Send a new link' }).click()
    await page.getByText('If grace@acme.test waits to be verified, a new link is on its way.').waitFor()
  })

  it('can be tried again when the server failed', async () => {
    dashboard.state.accounts.verifications.set('token', EMAIL)
    dashboard.state.fail('/api/auth/verify-email', new ApiProblem(503, 'auth.unavailable', 'Away'), 1)
    const page = await signedOut('/verify-email?token=token')
    await page.getByRole('heading', { name: 'The address could not be verified' }).waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Your address is verified' }).waitFor()
  })
})

describe('a forgotten password', () => {
  it('says the same whether there is such an account or not', async () => {
    for (const email of [EMAIL, 'nobody@acme.test']) {
      const page = await signedOut('/forgot-password')
      await page.getByLabel('Email').fill(email)
      await page.getByRole('button', { name: 'Send the link' }).click()
      await page.getByText(`If there is an account for ${email}, a link to choose a new password is on its way.`).waitFor()
      expect(await page.getByRole('button', { name: /Send the link again in \d+ s/ }).isDisabled()).toBe(true)
    }
  })

  it('says when a mail was asked for a moment ago', async () => {
    dashboard.state.accounts.mailedAt.set(`reset-${EMAIL}`, Date.now())
    const page = await signedOut('/forgot-password')
    await page.getByLabel('Email').fill(EMAIL)
    await page.getByRole('button', { name: 'Send the link' }).click()
    await alert(page, 'An email was sent less than a minute ago.')
  })

  it('cannot be renewed where no mail is sent, which the page says', async () => {
    dashboard.state.accounts.options.emailEnabled = false
    const page = await signedOut('/forgot-password')
    await page.getByRole('heading', { name: 'No email is sent here' }).waitFor()
    await page.getByRole('link', { name: 'Back to the sign-in' }).click()
    await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  })

  it('is replaced by the link of the mail, with which one signs in', async () => {
    dashboard.state.accounts.resets.set('token', EMAIL)
    const page = await signedOut('/reset-password?token=token')
    await page.getByLabel('New password', { exact: true }).fill('a new password')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByRole('heading', { name: 'Password changed' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Email').fill(EMAIL)
    await page.getByLabel('Password').fill('a new password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  })

  it('ends the sign-in of this browser too', async () => {
    dashboard.state.accounts.resets.set('token', EMAIL)
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByText('ada@acme.test').waitFor()
    await goWithin(page, '/reset-password?token=token')
    await page.getByLabel('New password', { exact: true }).fill('a new password')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  })

  it('asks for a new link when the one of the mail was used, has expired or is cut', async () => {
    const page = await signedOut('/reset-password?token=used')
    await page.getByLabel('New password', { exact: true }).fill('a new password')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByRole('heading', { name: 'This link is not valid any more' }).waitFor()
    await page.getByRole('link', { name: 'Ask for a new link' }).click()
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
    const cut = await signedOut('/reset-password')
    await cut.getByRole('heading', { name: 'This link is not valid any more' }).waitFor()
  })

  it('stays in the form when the server fails', async () => {
    dashboard.state.fail('/api/auth/reset-password', new ApiProblem(503, 'auth.unavailable', 'Away'))
    const page = await signedOut('/reset-password?token=token')
    await page.getByLabel('New password', { exact: true }).fill('a new password')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await alert(page, 'The server could not do this.')
    expect(await page.getByLabel('New password', { exact: true }).inputValue()).toBe('a new password')
  })
})

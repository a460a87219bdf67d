import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aDeviceRequest, aMail, aReceivedInvitation } from '../fakes/account-state.ts'
import { PHONE, startDashboard, WIDE } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

const here = () => dashboard.state.organization?.name

/** Long names everywhere: what is narrow must cut or break them. */
const LONG = 'a_very_long_name_without_any_blank_that_nothing_can_break_0123456789_and_more'

function fill() {
  const { accounts } = dashboard.state
  Object.assign(accounts.options, { github: true, google: true })
  const invitation = { organizationName: LONG, inviterName: LONG }
  accounts.invitations.push(
    aReceivedInvitation('own', invitation),
    aReceivedInvitation('foreign', { ...invitation, email: `${LONG}@acme.test` }),
  )
  accounts.devices.push(aDeviceRequest('ABCD-1234', { clientName: LONG, userAgent: LONG }))
  accounts.mails = [aMail('mail-1', { subject: LONG, to: `${LONG}@acme.test`, html: `<p>${LONG}</p>`, text: LONG })]
}

const PAGES = [
  ['/sign-in', 'Continue with GitHub', false],
  ['/sign-up', 'Continue with Google', false],
  ['/verify-email?token=forged', 'This link is not valid', false],
  ['/forgot-password', 'Forgot your password?', false],
  ['/reset-password?token=token', 'Choose a new password', false],
  ['/invitations/own', 'Create an account to accept', false],
  ['/invitations/own', 'Accept', true],
  ['/invitations/foreign', 'Sign in with another account', true],
  ['/invitations/missing', 'This invitation is not open', true],
  ['/device', 'Type the code', true],
  ['/device?code=ABCD-1234', 'My device shows another code', true],
  ['/dev/mailbox', 'Mailbox', false],
  ['/dev/mailbox?mail=mail-1', 'Plain text', false],
] as const

describe.each([
  ['a phone', PHONE],
  ['a wide screen', WIDE],
])('on %s', (_, viewport) => {
  it.each(PAGES)('%s fits, is named, and names every control: %s', async (path, text, signedIn) => {
    fill()
    const page = await dashboard.open(path, { viewport, signedIn })
    await page.getByText(text).filter({ visible: true }).first().waitFor()
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      return { scrollWidth, clientWidth }
    })
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth)
    const outside = await page.evaluate(() => {
      return [...document.querySelectorAll('main, main *')]
        .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
        .filter((element) => !/hidden|clip/.test(getComputedStyle(element).overflowX))
        .map((element) => element.outerHTML.slice(0, 120))
    })
    expect(outside).toEqual([])
    await expect.poll(() => page.title()).toMatch(/ · Proliferate$/)
    expect(await page.getByRole('main').count()).toBe(1)
    const snapshot = await page.locator('body').ariaSnapshot()
    expect(snapshot).not.toMatch(/- (button|link|textbox|combobox|tab)( \[[^\]]*\])*:?$/m)
  })
})

it('lists what a person without an organization can do', async () => {
  dashboard.state.organization = null
  dashboard.state.accounts.suggestions = [
    { id: 'org-umbrella', name: 'Umbrella Labs', memberCount: 12 },
    { id: 'org-solo', name: 'Solo', memberCount: 1 },
  ]
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByRole('heading', { name: 'You are in no organization' }).waitFor()
  await page.getByText('12 members').waitFor()
  await page.getByText('1 member', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.getByRole('button', { name: 'Join Umbrella Labs' }).click()
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  expect(here()).toBe('Umbrella Labs')
})

it('says why an organization could not be joined', async () => {
  dashboard.state.organization = null
  dashboard.state.accounts.suggestions = [{ id: 'org-umbrella', name: 'Umbrella Labs', memberCount: 12 }]
  const page = await dashboard.open('/dashboard/sessions')
  const join = page.getByRole('button', { name: 'Join Umbrella Labs' })
  await join.waitFor()
  dashboard.state.accounts.suggestions = []
  await join.click()
  await page.getByRole('alert').getByText('No such organization').waitFor()
})

it('lets a person without an organization create one', async () => {
  dashboard.state.organization = null
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByRole('button', { name: 'Create an organization' }).click()
  const dialog = page.getByRole('dialog', { name: 'Create an organization' })
  await dialog.getByLabel('Name').fill('New Works')
  await dialog.getByRole('button', { name: 'Create organization' }).click()
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  expect(here()).toBe('New Works')
})

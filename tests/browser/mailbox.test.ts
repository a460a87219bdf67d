import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { aMail } from '../fakes/account-state.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { PHONE, startDashboard } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

const open = (options: Parameters<Dashboard['open']>[1] = {}) => {
  return dashboard.open('/dev/mailbox', { signedIn: false, ...options })
}

it('lists the mails, and shows one as a letter and as plain text', async () => {
  dashboard.state.accounts.mails = [aMail('mail-1'), aMail('mail-2', { subject: 'Choose a new password' })]
  const page = await open()
  await page.getByText('Choose a mail to read it').waitFor()
  await expect.poll(() => page.title()).toBe('Mailbox · Proliferate')
  await page.getByRole('button', { name: /Choose a new password/ }).click()
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  await page.frameLocator('iframe').getByText('Hello Ada,').waitFor()
  await page.getByRole('tab', { name: 'Plain text' }).click()
  await page.getByText('Please confirm that this address is yours.').waitFor()
  const link = page.getByRole('link', { name: 'https://app.test/verify-email?token=a.b' })
  expect(await link.getAttribute('href')).toBe('https://app.test/verify-email?token=a.b')
})

it('opens the links of a letter as the page itself', async () => {
  const html = `<!doctype html><html><body><a href="${dashboard.url}/forgot-password">Go</a></body></html>`
  dashboard.state.accounts.mails = [aMail('mail-1', { html })]
  const page = await open()
  await page.getByRole('button', { name: /Verify/ }).click()
  await page.frameLocator('iframe').getByRole('link', { name: 'Go' }).click()
  await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
})

it('runs no script of a letter, and lets it reach nothing of the page', async () => {
  const html = '<p>Read me</p><script>parent.document.title = "broken"</script>'
  dashboard.state.accounts.mails = [aMail('mail-1', { html })]
  const page = await open()
  await page.getByRole('button', { name: /Verify/ }).click()
  await page.frameLocator('iframe').getByText('Read me').waitFor()
  expect(await page.locator('iframe').getAttribute('sandbox')).toBe('allow-top-navigation-by-user-activation')
  await expect.poll(() => page.title()).toBe('Mailbox · Proliferate')
  // The browser says on its console that it kept the script from running.
  expect(await dashboard.reset()).toEqual([expect.stringContaining('sandboxed')])
})

it('shows new mails by itself, and keeps the one that is read', async () => {
  dashboard.state.accounts.mails = []
  const page = await open()
  await page.getByText('No mail yet').waitFor()
  dashboard.state.accounts.mails.push(aMail('mail-1'))
  await page.getByRole('button', { name: /Verify/ }).click()
  dashboard.state.accounts.mails.unshift(aMail('mail-2', { subject: 'Newer' }))
  await page.getByRole('button', { name: /Newer/ }).waitFor()
  expect(await page.getByRole('heading', { level: 2 }).innerText()).toBe('Verify your email address')
})

it('says when the deployment keeps no mails, and does not go on asking', async () => {
  const page = await open()
  await page.clock.install()
  await page.reload()
  await page.getByText('This deployment has no mailbox').waitFor()
  const asked = () => dashboard.state.requestsTo('GET', '/api/dev/mailbox').length
  const before = asked()
  await page.clock.runFor(60_000)
  // What the page asked by now has come before this.
  await page.evaluate(() => fetch('/api/auth-options'))
  expect(asked()).toBe(before)
})

it('says when the mails cannot be loaded, and tries again', async () => {
  dashboard.state.accounts.mails = [aMail('mail-1')]
  dashboard.state.fail('/api/dev/mailbox', new ApiProblem(400, 'request.invalid', 'The request is not valid'))
  const page = await open()
  await page.getByText('The mails could not be loaded').waitFor()
  dashboard.state.heal('/api/dev/mailbox')
  await page.getByRole('button', { name: /Verify/ }).waitFor()
})

it('shows on a phone either the list or the mail', async () => {
  dashboard.state.accounts.mails = [aMail('mail-1')]
  const page = await open({ viewport: PHONE })
  const row = page.getByRole('button', { name: /Verify/ })
  await row.click()
  await page.getByRole('heading', { name: 'Verify your email address' }).waitFor()
  expect(await row.isVisible()).toBe(false)
  await page.getByRole('button', { name: 'All mails' }).click()
  await row.waitFor()
})

it('breaks what is too long for a phone within a letter', async () => {
  const long = 'token='.padEnd(300, 'x')
  dashboard.state.accounts.mails = [aMail('mail-1', { html: `<p><span>${long}</span></p>` })]
  const page = await open({ viewport: PHONE })
  await page.getByRole('button', { name: /Verify/ }).click()
  const box = await page.frameLocator('iframe').getByText(long).boundingBox()
  expect(box?.width).toBeLessThan(PHONE.width)
})

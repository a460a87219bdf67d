import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ApiProblem } from '../fakes/api-state.ts'
import { aBrowser, CURRENT_BROWSER } from '../fakes/personal-state.ts'
import { PHONE, startDashboard, until } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

const away = () => new ApiProblem(503, 'auth.unavailable', 'Signing in is not possible right now')
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

async function open(options: Parameters<Dashboard['open']>[1] = {}) {
  const page = await dashboard.open('/settings/profile', options)
  await page.getByRole('heading', { name: 'Profile' }).waitFor()
  return page
}

it('is reached from the menu of the account, and changes the name everywhere', async () => {
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('menuitem', { name: 'Profile' }).click()
  await page.getByRole('heading', { name: 'Profile' }).waitFor()
  await expect.poll(() => page.title()).toBe('Profile · Proliferate')
  const save = page.getByRole('button', { name: 'Save changes' })
  expect(await save.isDisabled()).toBe(true)
  await page.getByLabel('Name').fill('Ada King')
  await save.click()
  await page.getByRole('button', { name: 'Your account' }).getByText('Ada King').waitFor()
  expect(dashboard.state.requestsTo('PATCH', '/api/profile').map(({ body }) => body)).toEqual([{ name: 'Ada King' }])
})

it('shows a picture of a host that tells nobody, and takes no other', async () => {
  const page = await open()
  await page.route('https://avatars.githubusercontent.com/**', (route) => {
    return route.fulfill({ contentType: 'image/gif', body: PIXEL })
  })
  await page.getByLabel('Picture address').fill('https://evil.example/ada.png')
  await page.getByRole('alert').getByText('This one would not be shown.').waitFor()
  expect(await page.getByRole('button', { name: 'Save changes' }).isDisabled()).toBe(true)
  await page.getByLabel('Picture address').fill('https://avatars.githubusercontent.com/u/1')
  await page.getByRole('button', { name: 'Save changes' }).click()
  const shown = page.getByRole('button', { name: 'Your account' }).locator('img')
  await shown.waitFor()
  expect(await shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
  await page.getByLabel('Picture address').fill('')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await shown.waitFor({ state: 'detached' })
  expect(dashboard.state.personal.profile.image).toBeNull()
})

it('says when the profile was not saved, and keeps what was typed', async () => {
  dashboard.state.fail('/api/profile', new ApiProblem(503, 'database.unavailable', 'The database cannot be reached'))
  const page = await open()
  await page.getByLabel('Name').fill('Ada King')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByRole('alert').getByText('The database cannot be reached').waitFor()
  expect(await page.getByLabel('Name').inputValue()).toBe('Ada King')
})

it('tells whether the address is proven', async () => {
  const page = await open()
  await page.getByText('ada@acme.test').last().waitFor()
  await page.getByText('Verified', { exact: true }).waitFor()
  dashboard.state.personal.profile.emailVerified = false
  await page.reload()
  await page.getByText('Not verified').waitFor()
})

it('changes the password, with the current one only, and signs out the other browsers', async () => {
  dashboard.state.personal.browsers.push(aBrowser('other'))
  const page = await open()
  await page.getByRole('button', { name: 'Change password…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change password' })
  await dialog.getByLabel('Current password').fill('wrong')
  await dialog.getByLabel('New password').fill('a much longer secret')
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await dialog.getByRole('alert').getByText('The current password is wrong.').waitFor()
  await dialog.getByLabel('Current password').fill('correct horse battery')
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(dashboard.state.personal.password).toBe('a much longer secret')
  expect(dashboard.state.personal.browsers.map(({ id }) => id)).toEqual([CURRENT_BROWSER])
  await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' })
})

it('mails a link to who has no password yet', async () => {
  const { personal, accounts } = dashboard.state
  personal.accounts = [{ ...personal.accounts[0]!, id: 'account-2', providerId: 'github', accountId: '42' }]
  const page = await open()
  await page.getByRole('button', { name: 'Set a password' }).click()
  await page.getByText('Open the link in the email to ada@acme.test.').waitFor()
  expect([...accounts.resets.values()]).toEqual(['ada@acme.test'])
  expect(await page.getByRole('button', { name: 'Change password…' }).count()).toBe(0)
  accounts.options.emailEnabled = false
  await page.reload()
  await page.getByText('This deployment sends no email, so none can be set.').waitFor()
  expect(await page.getByRole('button', { name: 'Set a password' }).count()).toBe(0)
})

it('lists the signed-in browsers, this one first, and signs out the others one by one or all', async () => {
  const firefox = 'Mozilla/5.0 (Windows NT 10.0; rv:144.0) Gecko/20100101 Firefox/144.0'
  const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1'
  const { personal } = dashboard.state
  personal.browsers.unshift(aBrowser('a', { userAgent: firefox, ipAddress: '198.51.100.4' }))
  personal.browsers.push(aBrowser('b', { userAgent: iphone }), aBrowser('c', { userAgent: null, ipAddress: null }))
  const page = await open()
  const panel = page.getByRole('region', { name: 'Signed-in browsers' })
  await panel.getByText('This browser', { exact: true }).waitFor()
  expect(await panel.locator('p.font-medium').first().textContent()).toBe('Chrome on Linux')
  await panel.getByText('198.51.100.4').waitFor()
  await panel.getByRole('button', { name: 'Sign out Firefox on Windows' }).click()
  await panel.getByText('Firefox on Windows').waitFor({ state: 'detached' })
  await panel.getByRole('button', { name: 'Sign out everywhere else' }).click()
  const question = page.getByRole('alertdialog', { name: 'Sign out everywhere else?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  expect(personal.browsers).toHaveLength(3)
  await panel.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await question.getByRole('button', { name: 'Sign out' }).click()
  await panel.getByText('Safari on iPhone').waitFor({ state: 'detached' })
  await until(() => personal.browsers.map(({ id }) => id), (ids) => ids.join() === CURRENT_BROWSER)
})

it('asks for a fresh sign-in before it lists the browsers, and still signs out all others', async () => {
  dashboard.state.personal.isFresh = false
  dashboard.state.personal.browsers.push(aBrowser('other'))
  const page = await open()
  await page.getByText('Sign in again to see them').waitFor()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('All other browsers are signed out').waitFor()
  expect(dashboard.state.personal.browsers).toHaveLength(1)
})

it('says when browsers and sign-ins could not be loaded, and loads them on the next try', async () => {
  dashboard.state.fail('/api/auth/list-sessions', away())
  dashboard.state.fail('/api/auth/list-accounts', away())
  const page = await open()
  const signingIn = page.getByRole('region', { name: 'Signing in' })
  const browsers = page.getByRole('region', { name: 'Signed-in browsers' })
  await signingIn.getByRole('alert').waitFor()
  await browsers.getByRole('alert').waitFor()
  dashboard.state.heal('/api/auth/list-sessions')
  dashboard.state.heal('/api/auth/list-accounts')
  await browsers.getByRole('button', { name: 'Try again' }).click()
  await browsers.getByText('This browser', { exact: true }).waitFor()
  await signingIn.getByRole('button', { name: 'Try again' }).click()
  await signingIn.getByRole('alert').waitFor({ state: 'detached' })
})

it('disconnects a sign-in at another place, but never the only one', async () => {
  const { personal } = dashboard.state
  personal.accounts.push({ ...personal.accounts[0]!, id: 'account-2', providerId: 'github', accountId: '42' })
  const page = await open()
  const panel = page.getByRole('region', { name: 'Signing in' })
  await panel.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click()
  await panel.getByText('GitHub').waitFor({ state: 'detached' })
  personal.accounts = [{ ...personal.accounts[0]!, id: 'account-3', providerId: 'google', accountId: '43' }]
  await page.reload()
  await panel.getByText('it is your only way to sign in').waitFor()
  expect(await panel.getByRole('button', { name: 'Disconnect' }).count()).toBe(0)
})

it('says why a sign-in stays connected when one has not signed in lately', async () => {
  const { personal } = dashboard.state
  personal.accounts.push({ ...personal.accounts[0]!, id: 'account-2', providerId: 'github', accountId: '42' })
  personal.isFresh = false
  const page = await open()
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('Sign out and in again first').waitFor()
})

it('switches the theme', async () => {
  const page = await open()
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
  expect(await page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(true)
})

it('offers nothing that is another person’s alone while impersonating', async () => {
  const { personal } = dashboard.state
  personal.superAdmin = true
  personal.impersonation = { adminId: 'user-ada', adminName: 'Ada Lovelace', expiresAt: new Date().toISOString() }
  const page = await open()
  await page.getByText('Not yours to change').waitFor()
  expect(await page.getByLabel('Name').isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'Save changes' }).count()).toBe(0)
  expect(dashboard.state.requests.filter(({ path }) => path.startsWith('/api/auth/list-'))).toEqual([])
})

it('fits a phone', async () => {
  const page = await open({ viewport: PHONE })
  await page.getByText('This browser', { exact: true }).waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
})

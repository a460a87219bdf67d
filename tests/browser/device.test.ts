import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { aDeviceRequest } from '../fakes/account-state.ts'
import { ApiProblem, EMAIL, PASSWORD } from '../fakes/api-state.ts'
import { anOrganization } from '../fakes/organization-data.ts'
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

const CODE = 'WXYZ-0815'
const ask = (change: Parameters<typeof aDeviceRequest>[1] = {}) => {
  const device = aDeviceRequest(CODE, change)
  dashboard.state.accounts.devices.push(device)
  return device
}
const open = (query = `?code=${CODE}`) => dashboard.open(`/device${query}`)

it('shows who asks and from where, and authorizes for the organization that is looked at', async () => {
  const device = ask()
  const page = await open()
  await page.getByRole('heading', { name: 'Authorize proliferate CLI on workbench?' }).waitFor()
  for (const fact of [CODE, '203.0.113.7', 'proliferate-cli/1.4.0', 'ada@acme.test']) {
    await page.getByText(fact).first().waitFor()
  }
  await expect.poll(() => page.title()).toBe('Authorize a device · Proliferate')
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.getByText('You can close this window.').waitFor()
  expect(device.status).toBe('authorized')
  const [asked] = dashboard.state.requestsTo('POST', '/api/device/authorize')
  expect(asked?.body).toEqual({ userCode: CODE, organizationId: 'org-acme' })
})

it('authorizes for another organization of the person', async () => {
  ask()
  dashboard.state.organizations.push(anOrganization('org-lab', { name: 'Lab' }))
  const page = await open()
  await page.getByRole('combobox', { name: 'Organization' }).click()
  await page.getByRole('option', { name: 'Lab' }).click()
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.getByText('You can close this window.').waitFor()
  const [asked] = dashboard.state.requestsTo('POST', '/api/device/authorize')
  expect(asked?.body).toEqual({ userCode: CODE, organizationId: 'org-lab' })
})

it('denies', async () => {
  const device = ask()
  const page = await open()
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.getByRole('heading', { name: 'The request is denied' }).waitFor()
  expect(device.status).toBe('denied')
})

it('takes the code as it is typed, and asks again for an unknown one', async () => {
  ask()
  const page = await open('')
  const code = page.getByLabel('Code', { exact: true })
  await code.fill('nope')
  await page.getByRole('button', { name: 'Continue' }).click()
  expect(await code.evaluate((field: HTMLInputElement) => field.validity.patternMismatch)).toBe(true)
  await code.fill('abcd9999')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('alert').getByText('There is no request with the code ABCD-9999.').waitFor()
  await code.fill(' wxyz 0815')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Authorize proliferate CLI' }).waitFor()
  await page.getByRole('button', { name: 'My device shows another code' }).click()
  await page.getByText('Type the code that the device shows.').waitFor()
  expect(await code.inputValue()).toBe('')
})

it.each([
  ['authorized', 'This code was used already'],
  ['consumed', 'This code was used already'],
  ['denied', 'This request was denied'],
  ['expired', 'This code has expired'],
] as const)('offers nothing for a request that is %s', async (status, title) => {
  ask({ status })
  const page = await open()
  await page.getByRole('heading', { name: title }).waitFor()
  expect(await page.getByRole('button', { name: 'Authorize' }).count()).toBe(0)
  // A key was made only where somebody said yes.
  const keys = page.getByRole('link', { name: 'Open API keys' })
  expect(await keys.count()).toBe(status === 'authorized' || status === 'consumed' ? 1 : 0)
  await page.getByRole('button', { name: 'Enter another code' }).click()
  await page.getByText('Type the code that the device shows.').waitFor()
})

it.each([
  ['consumed', 'The code was used already'],
  ['expired', 'The code has expired'],
] as const)('says when it is %s while it is read', async (status, text) => {
  const device = ask()
  const page = await open()
  const authorize = page.getByRole('button', { name: 'Authorize' })
  await authorize.waitFor()
  device.status = status
  await authorize.click()
  await page.getByRole('alert').getByText(text).waitFor()
})

it('says when too many codes were tried, and when the API is away', async () => {
  dashboard.state.fail(`/api/device/${CODE}`, new ApiProblem(429, 'auth.too_many_attempts', 'Too many attempts; wait'))
  await (await open()).getByRole('alert').getByText('Too many wrong codes.').waitFor()
  dashboard.state.fail(`/api/device/${CODE}`, new ApiProblem(503, 'database.unavailable', 'The database is away'))
  await (await open()).getByRole('alert').getByText('The database is away').waitFor()
})

it('asks to sign in first, and comes back with the code', async () => {
  ask()
  const page = await dashboard.open(`/device?code=${CODE}`, { signedIn: false })
  await page.getByLabel('Email').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Authorize proliferate CLI on workbench?' }).waitFor()
})

it('has nowhere to act for who is in no organization', async () => {
  ask()
  dashboard.state.organization = null
  const page = await open()
  await page.getByRole('alert').getByText('You are in no organization yet').waitFor()
  expect(await page.getByRole('button', { name: 'Authorize' }).isDisabled()).toBe(true)
})

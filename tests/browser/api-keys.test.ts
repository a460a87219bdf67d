import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { CreateApiKey } from '#schema/contracts/identity'
import { ApiKeyScope } from '#schema/contracts/scopes'
import { minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anApiKey } from '../fakes/personal-state.ts'
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

const DAY_MINUTES = 24 * 60

it('shows every key: where it acts, what it may, until when, and when it last did', async () => {
  dashboard.state.personal.apiKeys = [
    anApiKey('key-1', { scopes: ['sessions:write', 'runs:read'], expiresAt: minutesAgo(-30 * DAY_MINUTES) }),
    anApiKey('key-2', { name: 'Old', expiresAt: minutesAgo(5), lastUsedAt: null, organizationName: 'Berg & Co' }),
    anApiKey('key-3', { name: 'Forever', expiresAt: null }),
  ]
  const page = await dashboard.open('/settings/api-keys', { viewport: { width: 1500, height: 800 } })
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await row('Continuous integration').getByText('In 30 days').waitFor()
  await row('Continuous integration').getByText('Write sessions, read runs').waitFor()
  await row('Continuous integration').getByText('12 min ago').waitFor()
  await row('Continuous integration').getByText('pk_4f9a12…').waitFor()
  await row('Old').getByText('Expired').waitFor()
  await row('Old').getByText('Berg & Co', { exact: true }).waitFor()
  await row('Old').getByText('Never').waitFor()
  await row('Forever').getByText('Never').waitFor()
  await page.getByText('3 of at most 20 keys.').waitFor()
})

it('makes a key with what is ticked, shows it once, and copies it', async () => {
  const page = await dashboard.open('/settings/api-keys')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByText('No API keys yet').waitFor()
  await page.getByRole('button', { name: 'New API key' }).click()
  const dialog = page.getByRole('dialog')
  const create = dialog.getByRole('button', { name: 'Create key' })
  await dialog.getByLabel('Name').fill('Nightly report')
  expect(await create.isDisabled()).toBe(true)
  await dialog.getByLabel('Start, prompt and cancel sessions').check()
  const reading = dialog.getByLabel('Read sessions and their changes')
  expect([await reading.isChecked(), await reading.isDisabled()]).toEqual([true, true])
  await dialog.getByLabel('Read runs').check()
  await dialog.getByLabel('Expires').click()
  await page.getByRole('option', { name: 'In 30 days' }).click()
  await create.click()
  await dialog.getByText('Copy your key now').waitFor()
  await dialog.getByText('It is shown this once.').waitFor()
  const key = await dialog.getByLabel('The new key').textContent()
  await dialog.getByRole('button', { name: 'Copy API key' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('row').filter({ hasText: 'Nightly report' }).getByText('In 30 days').waitFor()
  expect(await page.content()).not.toContain(key)
  const [made] = dashboard.state.requestsTo('POST', '/api/api-keys')
  expect(made?.body).toEqual({ name: 'Nightly report', scopes: ['sessions:write', 'runs:read'], expiresInDays: 30 })
  expect(made?.idempotencyKey).toMatch(/^[\w-]{8,}$/)
  await page.getByRole('button', { name: 'New API key' }).click()
  await dialog.getByRole('heading', { name: 'New API key' }).waitFor()
})

it('ticks all that reads, or everything, at once', async () => {
  const page = await dashboard.open('/settings/api-keys')
  await page.getByRole('button', { name: 'New API key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Report')
  const boxes = dialog.getByRole('group', { name: 'It may' }).getByRole('checkbox')
  await dialog.getByRole('button', { name: 'All', exact: true }).click()
  expect(await boxes.evaluateAll((all) => all.every((box) => (box as HTMLInputElement).checked))).toBe(true)
  await dialog.getByRole('button', { name: 'Read only' }).click()
  await dialog.getByLabel('Expires').click()
  await page.getByRole('option', { name: 'In 1 year' }).click()
  await dialog.getByRole('button', { name: 'Create key' }).click()
  await dialog.getByText('Copy your key now').waitFor()
  const body = CreateApiKey.parse(dashboard.state.requestsTo('POST', '/api/api-keys')[0]?.body)
  expect(body.expiresInDays).toBe(366)
  expect(body.scopes).toEqual(ApiKeyScope.options.filter((scope) => scope.endsWith(':read')))
})

it('makes a key that never expires only with a warning', async () => {
  const page = await dashboard.open('/settings/api-keys')
  await page.getByRole('button', { name: 'New API key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Forever')
  await dialog.getByLabel('Read the organization and members').check()
  await dialog.getByLabel('Expires').click()
  await page.getByRole('option', { name: 'Never' }).click()
  await dialog.getByText('works until someone deletes it').waitFor()
  await dialog.getByRole('button', { name: 'Create key' }).click()
  await dialog.getByText('Copy your key now').waitFor()
  expect(dashboard.state.requestsTo('POST', '/api/api-keys')[0]?.body).toMatchObject({ expiresInDays: null })
})

it('deletes a key only after asking', async () => {
  dashboard.state.personal.apiKeys = [anApiKey('key-1'), anApiKey('key-2', { name: 'Kept' })]
  const page = await dashboard.open('/settings/api-keys')
  await page.getByRole('button', { name: 'Delete Continuous integration' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
  expect(dashboard.state.requestsTo('DELETE', '/api/api-keys/key-1')).toEqual([])
  await page.getByRole('button', { name: 'Delete Continuous integration' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete key' }).click()
  await page.getByRole('row').filter({ hasText: 'Continuous integration' }).waitFor({ state: 'detached' })
  expect(dashboard.state.personal.apiKeys.map(({ name }) => name)).toEqual(['Kept'])
})

it('neither makes nor deletes a key in somebody else’s name', async () => {
  const { personal } = dashboard.state
  personal.apiKeys = [anApiKey('key-1')]
  personal.superAdmin = true
  personal.impersonation = { adminId: 'user-eve', adminName: 'Eve', expiresAt: new Date(Date.now() + 60_000).toISOString() }
  const page = await dashboard.open('/settings/api-keys')
  await page.getByText('Continuous integration').waitFor()
  expect(await page.getByRole('button', { name: 'Delete Continuous integration' }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'New API key' }).count()).toBe(0)
})

it('says at twenty keys that there can be no more', async () => {
  dashboard.state.personal.apiKeys = Array.from({ length: 20 }, (_, index) => anApiKey(`key-${index}`))
  const page = await dashboard.open('/settings/api-keys')
  await page.getByText('20 of at most 20 keys. Delete one to make another.').waitFor()
  expect(await page.getByRole('button', { name: 'New API key' }).isDisabled()).toBe(true)
})

it('says why a key was not made, was not deleted, and when keys cannot be listed', async () => {
  dashboard.state.personal.apiKeys = [anApiKey('key-1')]
  const page = await dashboard.open('/settings/api-keys')
  await page.getByRole('button', { name: 'New API key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('More')
  await dialog.getByLabel('Cancel runs').check()
  const tooMany = new ApiProblem(409, 'api_key.too_many', 'You have as many API keys as one person may')
  dashboard.state.fail('/api/api-keys', tooMany, 1)
  await dialog.getByRole('button', { name: 'Create key' }).click()
  await dialog.getByRole('alert').getByText('You have as many API keys').waitFor()
  await dialog.getByRole('button', { name: 'Create key' }).click()
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  dashboard.state.fail('/api/api-keys/key-1', new ApiProblem(503, 'database.unavailable', 'The database is away'))
  await page.getByRole('button', { name: 'Delete Continuous integration' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete key' }).click()
  await page.getByText('Continuous integration was not deleted').waitFor()
  dashboard.state.fail('/api/api-keys', new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
  await page.reload()
  await page.getByText('API keys could not be loaded').waitFor()
})

it('fits a phone', async () => {
  dashboard.state.personal.apiKeys = [anApiKey('key-1', { name: 'a-long-name-without-blanks-'.repeat(3) })]
  const page = await dashboard.open('/settings/api-keys', { viewport: PHONE })
  await page.getByRole('button', { name: /^Delete/ }).waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
})

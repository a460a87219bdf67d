import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { aRepository, idOf } from '../fakes/api-data.ts'
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

const PATH = '/dashboard/repositories'
const ONE = `/api/repositories/${idOf(900)}`
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

/** One with a credential, and a public one. */
function fill() {
  const website = { name: 'acme/website', url: 'https://git.acme.test/website.git', hasCredential: false }
  dashboard.state.repositories.push(aRepository(900), aRepository(910, website))
}

it('tell where each is, its branch, whether a credential is kept, and when it was changed', async () => {
  fill()
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Repositories' }).click()
  for (const text of ['https://git.acme.test/acme/text-tools.git', 'main', 'Kept', '5 h ago']) {
    await row(page, 'acme/text-tools').getByText(text, { exact: true }).waitFor()
  }
  await row(page, 'acme/website').getByText('None', { exact: true }).waitFor()
})

it('are connected, and stand in the list', async () => {
  const page = await dashboard.open(PATH)
  await page.getByRole('button', { name: 'Connect repository' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect a repository' })
  await dialog.getByLabel('Git URL').fill('https://github.com/acme/billing')
  await dialog.getByRole('button', { name: 'Connect repository' }).click()
  await row(page, 'acme/billing').waitFor()
  await dialog.waitFor({ state: 'detached' })
})

it('are changed on top of what was seen, and say what a new URL costs', async () => {
  fill()
  const page = await dashboard.open(PATH)
  await page.getByRole('button', { name: 'Edit acme/text-tools' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit acme/text-tools' })
  const save = dialog.getByRole('button', { name: 'Save changes' })
  expect(await save.isDisabled()).toBe(true)
  await dialog.getByLabel('Git URL').fill('https://git.acme.test/moved.git')
  await dialog.getByText('The credential that is kept belongs to the old URL').waitFor()
  Object.assign(dashboard.state.repositories[0] ?? {}, { defaultBranch: 'next' })
  await save.click()
  await dialog.getByText('Someone else just changed the repository').waitFor()
  await dialog.getByText('Now: https://git.acme.test/acme/text-tools.git').waitFor()
  expect(await dialog.getByLabel('Branch').inputValue()).toBe('next')
  expect(dashboard.state.requestsTo('PATCH', ONE)).toEqual([])
  await save.click()
  await dialog.waitFor({ state: 'detached' })
  expect(dashboard.state.requestsTo('PATCH', ONE)[0]?.body).toEqual({ url: 'https://git.acme.test/moved.git' })
  await row(page, 'acme/text-tools').getByText('None', { exact: true }).waitFor()
})

it('say at the field what is refused, and keep what was typed', async () => {
  fill()
  const page = await dashboard.open(PATH)
  await page.getByRole('button', { name: 'Edit acme/website' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Branch').fill('no branch')
  const issues = [{ path: 'defaultBranch', message: 'Not a branch name' }]
  const refused = new ApiProblem(400, 'request.invalid', 'The request is not valid').withIssues(issues)
  dashboard.state.fail(`/api/repositories/${idOf(910)}`, refused, 1)
  await dialog.getByRole('button', { name: 'Save changes' }).click()
  await dialog.getByRole('alert').getByText('Not a branch name').waitFor()
  expect(await dialog.getByLabel('Branch').inputValue()).toBe('no branch')
})

it.each([
  { role: 'viewer', connect: 0, edit: 0 },
  { role: 'member', connect: 1, edit: 0 },
  { role: 'admin', connect: 1, edit: 2 },
] as const)('offer a $role what the role may do', async ({ role, connect, edit }) => {
  fill()
  dashboard.state.role = role
  const page = await dashboard.open(PATH)
  await row(page, 'acme/website').waitFor()
  expect(await page.getByRole('button', { name: 'Connect repository' }).count()).toBe(connect)
  expect(await page.getByRole('button', { name: /^Edit / }).count()).toBe(edit)
})

it('fit a phone', async () => {
  dashboard.state.repositories.push(aRepository(900, { name: `acme/${'longname'.repeat(12)}` }))
  const page = await dashboard.open(PATH, { viewport: PHONE })
  await row(page, 'acme/').getByText('Kept').waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
})

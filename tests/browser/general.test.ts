import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aSession } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { aMember, anOrganization } from '../fakes/organization-data.ts'
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

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const AWAY = new ApiProblem(503, 'database.unavailable', 'The database cannot be reached')
const PATH = '/settings/general'
const ORGANIZATION = '/api/organizations/org-acme'
const form = (page: Page) => page.getByRole('form', { name: 'Organization' })
const panel = (page: Page, name: string) => page.getByRole('region', { name })

describe('the settings', () => {
  it('begin with the general ones, and are in the sidebar', async () => {
    const page = await dashboard.open('/settings')
    await page.getByRole('heading', { name: 'General' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(PATH)
    await expect.poll(() => page.title()).toBe('General · Proliferate')
    const settings = page.getByRole('navigation', { name: 'Settings' })
    const current = settings.locator('[aria-current=page]')
    expect(await current.allTextContents()).toEqual(['General'])
    const sidebar = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' })
    expect(await sidebar.getAttribute('aria-current')).toBe('page')
  })

  it.each([
    ['viewer', []],
    ['member', []],
    ['admin', ['Audit log']],
    ['owner', ['Audit log']],
  ] as const)('show a %s only what the role may open', async (role, more) => {
    dashboard.state.role = role
    const page = await dashboard.open(PATH)
    const pages = page.getByRole('navigation', { name: 'Settings' }).getByRole('link')
    await pages.first().waitFor()
    expect(await pages.allTextContents()).toEqual(['Profile', 'API keys', 'General', 'Members', ...more])
  })

  it('stay beside an address that leads nowhere', async () => {
    const page = await dashboard.open('/settings/unknown')
    await page.getByText('This page does not exist').waitFor()
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Members' }).click()
    await page.getByRole('heading', { name: 'Members' }).waitFor()
  })

  it('are a row of links on a phone', async () => {
    const page = await dashboard.open(PATH, { viewport: PHONE })
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Members' }).click()
    await page.getByRole('heading', { name: 'Members' }).waitFor()
  })
})

describe('the organization', () => {
  it('keeps its place while it loads, and says what went wrong', async () => {
    const answer = dashboard.state.hold(ORGANIZATION)
    dashboard.state.fail(ORGANIZATION, new ApiProblem(404, 'organization.not_found', 'Organization not found'))
    const page = await dashboard.open(PATH)
    await page.getByRole('status').getByText('Loading organization').waitFor({ state: 'attached' })
    answer()
    await page.getByRole('alert').getByText('The organization could not be loaded').waitFor()
    dashboard.state.heal(ORGANIZATION)
    await page.getByRole('button', { name: 'Try again' }).click()
    await form(page).waitFor()
  })

  it('is renamed, and the sidebar with it', async () => {
    const page = await dashboard.open(PATH)
    const save = form(page).getByRole('button', { name: 'Save changes' })
    await save.waitFor()
    expect(await save.isDisabled()).toBe(true)
    await form(page).getByLabel('Name').fill('Acme Inc')
    await save.click()
    await page.getByRole('button', { name: 'Organization: Acme Inc' }).waitFor()
    const [sent] = dashboard.state.requestsTo('PATCH', ORGANIZATION)
    expect(sent?.body).toEqual({ name: 'Acme Inc' })
    await expect.poll(() => save.isDisabled()).toBe(true)
  })

  it('gets a logo of a host that tells nobody, shown where it is chosen, and takes no other', async () => {
    dashboard.state.organizations.push(anOrganization('org-lab', { name: 'The Lab', slug: 'lab' }))
    const page = await dashboard.open(PATH)
    await page.route('https://avatars.githubusercontent.com/**', (route) => {
      return route.fulfill({ contentType: 'image/gif', body: PIXEL })
    })
    const switcher = page.getByRole('button', { name: 'Organization: Acme' })
    await switcher.getByText('A', { exact: true }).waitFor()
    const save = form(page).getByRole('button', { name: 'Save changes' })
    await form(page).getByLabel('Logo address').fill('https://evil.example/acme.png')
    await form(page).getByRole('alert').getByText('This one would not be shown.').waitFor()
    expect(await save.isDisabled()).toBe(true)
    expect(await form(page).locator('img').count()).toBe(0)
    await form(page).getByLabel('Logo address').fill('https://avatars.githubusercontent.com/u/7')
    await form(page).locator('img').waitFor()
    await save.click()
    await switcher.locator('img').waitFor()
    expect(await switcher.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
    const logo = 'https://avatars.githubusercontent.com/u/7'
    expect(dashboard.state.requestsTo('PATCH', ORGANIZATION).map(({ body }) => body)).toEqual([{ logo }])
    await switcher.click()
    await page.getByRole('menuitemradio', { name: 'Acme' }).locator('img').waitFor()
    expect(await page.getByRole('menuitemradio', { name: 'The Lab' }).locator('img').count()).toBe(0)
    await page.keyboard.press('Escape')
    await form(page).getByLabel('Logo address').fill('')
    await save.click()
    await switcher.locator('img').waitFor({ state: 'detached' })
    expect(dashboard.state.requestsTo('PATCH', ORGANIZATION)[1]?.body).toEqual({ logo: null })
  })

  it('says at the slug that it is taken, and keeps what was written', async () => {
    const page = await dashboard.open(PATH)
    await form(page).getByLabel('Slug').fill('taken')
    await form(page).getByRole('button', { name: 'Save changes' }).click()
    await form(page).getByRole('alert').getByText('That slug belongs to another organization').waitFor()
    expect(await form(page).getByLabel('Slug').inputValue()).toBe('taken')
    expect(await form(page).getByLabel('Slug').getAttribute('aria-invalid')).toBe('true')
    expect(await form(page).getByLabel('Name').getAttribute('aria-invalid')).toBe('false')
  })

  it('says what is about no field under the form', async () => {
    dashboard.state.delays.set(ORGANIZATION, 200)
    const page = await dashboard.open(PATH)
    await form(page).getByLabel('Name').fill('Acme Inc')
    dashboard.state.fail(ORGANIZATION, AWAY)
    await form(page).getByRole('button', { name: 'Save changes' }).click()
    await form(page).getByRole('alert').getByText('The database cannot be reached').waitFor()
  })

  it.each(['viewer', 'member'] as const)('is only read by a %s', async (role) => {
    dashboard.state.role = role
    const page = await dashboard.open(PATH)
    await panel(page, 'Organization').getByText('Admins and owners may change it.').waitFor()
    expect(await page.getByRole('textbox').count()).toBe(0)
    expect(await page.getByRole('button', { name: /Transfer|Delete/ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Leave' }).waitFor()
  })
})

describe('allowed domains', () => {
  it('are added and removed as chips', async () => {
    const page = await dashboard.open(PATH)
    const domains = panel(page, 'Allowed domains')
    await domains.getByText('None: people join by invitation only.').waitFor()
    await domains.getByRole('textbox', { name: 'Domain' }).fill('ACME.test')
    await domains.getByRole('button', { name: 'Add' }).click()
    await domains.getByRole('listitem').getByText('acme.test').waitFor()
    expect(await domains.getByRole('textbox', { name: 'Domain' }).inputValue()).toBe('')
    await domains.getByRole('button', { name: 'Remove acme.test' }).click()
    await domains.getByText('None: people join by invitation only.').waitFor()
    expect(dashboard.state.domains).toEqual([])
  })

  it('say why one was refused, and leave it to be corrected', async () => {
    const page = await dashboard.open(PATH)
    const domains = panel(page, 'Allowed domains')
    await domains.getByRole('textbox', { name: 'Domain' }).fill('gmail.com')
    await domains.getByRole('button', { name: 'Add' }).click()
    await domains.getByRole('alert').getByText('Not allowed: gmail.com').waitFor()
    expect(await domains.getByRole('textbox', { name: 'Domain' }).inputValue()).toBe('gmail.com')
  })

  it('say at the chips why one stays', async () => {
    dashboard.state.domains = ['acme.test']
    const page = await dashboard.open(PATH)
    const domains = panel(page, 'Allowed domains')
    await domains.getByRole('listitem').getByText('acme.test').waitFor()
    dashboard.state.fail(`${ORGANIZATION}/domains`, AWAY)
    await domains.getByRole('button', { name: 'Remove acme.test' }).click()
    await domains.getByRole('alert').getByText('The domain was not removed. The database cannot be reached').waitFor()
    expect(await domains.getByRole('textbox', { name: 'Domain' }).getAttribute('aria-invalid')).toBe('false')
  })

  it('are only read by a member', async () => {
    dashboard.state.role = 'member'
    dashboard.state.domains = ['acme.test']
    const page = await dashboard.open(PATH)
    await panel(page, 'Allowed domains').getByRole('listitem').getByText('acme.test').waitFor()
    expect(await panel(page, 'Allowed domains').getByRole('button').count()).toBe(0)
  })
})

describe('the ownership', () => {
  it('is transferred to a chosen member once the name was typed', async () => {
    dashboard.state.members.push(aMember('member-grace', { role: 'admin' }))
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Transfer…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Transfer ownership' })
    const confirm = dialog.getByRole('button', { name: 'Transfer ownership' })
    await dialog.getByLabel('Type “Acme” to confirm').fill('Acme')
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByRole('combobox', { name: 'New owner' }).click()
    await page.getByRole('option', { name: 'Grace Hopper' }).click()
    await dialog.getByLabel('Type “Acme” to confirm').fill('acme')
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('Type “Acme” to confirm').fill('Acme')
    await confirm.click()
    await page.getByText('The ownership was transferred').waitFor()
    await page.getByRole('button', { name: 'Transfer…' }).waitFor({ state: 'detached' })
    const [sent] = dashboard.state.requestsTo('POST', `${ORGANIZATION}/transfer`)
    expect(sent?.body).toEqual({ memberId: 'member-grace' })
  })

  it('needs somebody else to be there', async () => {
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Transfer…' }).click()
    await page.getByRole('dialog').getByText('There is nobody else here yet.').waitFor()
  })

  it('keeps the owner from leaving', async () => {
    const page = await dashboard.open(PATH)
    await page.getByText('As the owner you cannot leave.').waitFor()
    expect(await page.getByRole('button', { name: 'Leave' }).count()).toBe(0)
  })
})

describe('leaving and deleting', () => {
  function withAnother() {
    dashboard.state.organizations.push(anOrganization('org-lab', { name: 'The Lab', slug: 'lab' }))
    dashboard.state.elsewhere.set('org-lab', { sessions: [aSession(2, { title: 'Lab matter' })] })
  }

  it('leaves after a question, and opens another organization', async () => {
    withAnother()
    dashboard.state.role = 'member'
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('button', { name: 'Organization: The Lab' }).waitFor()
    await page.getByRole('link', { name: 'Lab matter' }).waitFor()
  })

  it('takes the other tabs along', async () => {
    withAnother()
    dashboard.state.role = 'member'
    const page = await dashboard.open(PATH)
    const other = await page.context().newPage()
    await other.goto(`${dashboard.url}/dashboard/runs`)
    await other.getByRole('button', { name: 'Organization: Acme' }).waitFor()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click()
    await other.getByRole('link', { name: 'Lab matter' }).waitFor()
  })

  it('leads who leaves the only one to where organizations are found', async () => {
    dashboard.state.role = 'member'
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click()
    await page.getByText('You are in no organization').waitFor()
  })

  it('stays when the API refuses', async () => {
    dashboard.state.role = 'member'
    dashboard.state.fail(`${ORGANIZATION}/leave`, AWAY)
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click()
    await page.getByText('You are still a member of Acme').waitFor()
  })

  it('deletes once the name was typed', async () => {
    withAnother()
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Delete…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete Acme' })
    const confirm = dialog.getByRole('button', { name: 'Delete organization' })
    await confirm.waitFor()
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('Type “Acme” to confirm').fill('Acme')
    await confirm.click()
    await page.getByRole('button', { name: 'Organization: The Lab' }).waitFor()
    expect(dashboard.state.requestsTo('DELETE', ORGANIZATION)[0]?.body).toEqual({ confirmName: 'Acme' })
  })

  it('says in the dialog why it was not deleted', async () => {
    withAnother()
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Delete…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete Acme' })
    await dialog.getByLabel('Type “Acme” to confirm').fill('Acme')
    dashboard.state.fail(ORGANIZATION, AWAY)
    await dialog.getByRole('button', { name: 'Delete organization' }).click()
    await dialog.getByRole('alert').getByText('The database cannot be reached').waitFor()
  })

  it('does not offer to delete the only one', async () => {
    const page = await dashboard.open(PATH)
    await page.getByText('This is your only organization, so it cannot be deleted.').waitFor()
    expect(await page.getByRole('button', { name: 'Delete…' }).count()).toBe(0)
  })

  it('is for owners: an admin changes, but does not transfer or delete', async () => {
    withAnother()
    dashboard.state.role = 'admin'
    const page = await dashboard.open(PATH)
    await form(page).waitFor()
    expect(await page.getByRole('button', { name: /Transfer|Delete/ }).count()).toBe(0)
  })
})

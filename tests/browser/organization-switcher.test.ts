import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aSession, idOf } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anOrganization } from '../fakes/organization-data.ts'
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

const ACTIVATE = '/api/organizations/org-lab/activate'

/** Acme with one session, and the Lab with another. */
function twoOrganizations() {
  const { state } = dashboard
  const live = state.addSession(aSession(1, { title: 'Acme secret' }))
  state.organizations.push(
    anOrganization('org-lab', { name: 'The Lab', slug: 'lab', role: 'member' }),
    anOrganization('org-own', { name: "Ada's Workspace", slug: 'ada', isPersonal: true }),
  )
  state.elsewhere.set('org-lab', { sessions: [aSession(2, { title: 'Lab matter' })] })
  return live
}

const switcher = (page: Page, name: string) => page.getByRole('button', { name: `Organization: ${name}` })

async function choose(page: Page, from: string, to: string) {
  await switcher(page, from).click()
  await page.getByRole('menuitemradio', { name: to }).click()
}

/** Notes from now on whether a text is in the page, at every change of it. */
async function watchFor(page: Page, text: string): Promise<() => Promise<boolean>> {
  await page.evaluate((wanted) => {
    const look = () => {
      if (document.body.textContent.includes(wanted)) document.documentElement.dataset.seen = 'true'
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
  }, text)
  return () => page.evaluate(() => document.documentElement.dataset.seen === 'true')
}

describe('the organization switcher', () => {
  it('lists every organization with the role in it, the current one checked', async () => {
    twoOrganizations()
    const page = await dashboard.open('/dashboard/sessions')
    await switcher(page, 'Acme').click()
    const items = page.getByRole('menuitemradio')
    await page.getByRole('menuitemradio', { name: 'Acme Owner', exact: true, checked: true }).waitFor()
    await page.getByRole('menuitemradio', { name: 'The Lab Member', exact: true, checked: false }).waitFor()
    await page.getByRole('menuitemradio', { name: "Ada's Workspace Personal", exact: true, checked: false }).waitFor()
    expect(await items.count()).toBe(3)
  })

  it('is worked by the keyboard alone', async () => {
    twoOrganizations()
    const page = await dashboard.open('/dashboard/sessions')
    await switcher(page, 'Acme').focus()
    await page.keyboard.press('Enter')
    const focused = () => page.evaluate(() => document.querySelector('[role=menuitemradio]:focus')?.textContent)
    await expect.poll(focused).toContain('Acme')
    await page.keyboard.type('The')
    await expect.poll(focused).toContain('The Lab')
    await page.keyboard.press('Enter')
    await switcher(page, 'The Lab').waitFor()
  })

  it('does nothing when the current one is chosen', async () => {
    twoOrganizations()
    const page = await dashboard.open('/dashboard/runs')
    await choose(page, 'Acme', 'Acme')
    await page.getByText('No runs yet').waitFor()
    expect(dashboard.state.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })

  it('works from the drawer of a phone', async () => {
    twoOrganizations()
    const page = await dashboard.open('/dashboard/sessions', { viewport: PHONE })
    await page.getByRole('button', { name: 'Open menu' }).click()
    await choose(page, 'Acme', 'The Lab')
    await page.getByRole('link', { name: 'Lab matter' }).waitFor()
  })
})

describe('switching the organization', () => {
  it('shows the sessions of the other one, in the role one has there', async () => {
    twoOrganizations()
    const page = await dashboard.open('/dashboard/runs')
    await choose(page, 'Acme', 'The Lab')
    await page.getByRole('link', { name: 'Lab matter' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/dashboard/sessions')
    await switcher(page, 'The Lab').waitFor()
    await page.goto(`${dashboard.url}/settings/general`)
    await page.getByText('Admins and owners may change it.').waitFor()
  })

  it('leaks nothing: no socket, no text of the first one, not even for a moment', async () => {
    const live = twoOrganizations()
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('link', { name: 'Acme secret' }).click()
    await page.getByRole('heading', { name: 'Acme secret' }).waitFor()
    await until(() => live.followers, (followers) => followers === 1)
    await page.getByRole('link', { name: 'Sessions', exact: true }).first().click()
    await page.getByRole('link', { name: 'Acme secret' }).waitFor()
    dashboard.state.delays.set('/api/me', 300)
    dashboard.state.delays.set('/api/sessions', 300)
    dashboard.state.delays.set(ACTIVATE, 300)
    await choose(page, 'Acme', 'The Lab')
    await page.getByRole('link', { name: 'Acme secret' }).waitFor({ state: 'detached' })
    const seen = await watchFor(page, 'Acme secret')
    await page.getByRole('link', { name: 'Lab matter' }).waitFor()
    expect(await seen()).toBe(false)
    await until(() => live.followers, (followers) => followers === 0)
    await page.goBack()
    await page.getByText('This session does not exist').waitFor()
    expect(await seen()).toBe(false)
  })

  it('closes the socket of an open session', async () => {
    const live = twoOrganizations()
    const page = await dashboard.open(`/workspace/${idOf(1)}`)
    await until(() => live.followers, (followers) => followers === 1)
    await choose(page, 'Acme', 'The Lab')
    await page.getByRole('link', { name: 'Lab matter' }).waitFor()
    await until(() => live.followers, (followers) => followers === 0)
  })

  it('empties the page, and closes its socket, before the sign-in moves', async () => {
    const live = twoOrganizations()
    const page = await dashboard.open(`/workspace/${idOf(1)}`)
    await until(() => live.followers, (followers) => followers === 1)
    const activate = dashboard.state.hold(ACTIVATE)
    await choose(page, 'Acme', 'The Lab')
    await page.getByRole('heading', { name: 'Acme secret' }).waitFor({ state: 'detached' })
    await until(() => live.followers, (followers) => followers === 0)
    expect(dashboard.state.organization?.name).toBe('Acme')
    activate()
    await page.getByRole('link', { name: 'Lab matter' }).waitFor()
  })

  it('asks for nothing of the first one while it goes on', async () => {
    twoOrganizations()
    const page = await dashboard.open(`/workspace/${idOf(1)}`)
    await page.getByRole('heading', { name: 'Acme secret' }).waitFor()
    await choose(page, 'Acme', 'The Lab')
    await page.getByRole('link', { name: 'Lab matter' }).waitFor()
    const { requests } = dashboard.state
    const later = requests.slice(requests.findIndex(({ path }) => path === ACTIVATE) + 1)
    expect(later.map(({ path }) => path).filter((path) => path.includes(idOf(1)))).toEqual([])
  })

  it('is undone when the API refuses it, and said', async () => {
    twoOrganizations()
    dashboard.state.fail(ACTIVATE, new ApiProblem(503, 'database.unavailable', 'The database cannot be reached'))
    const page = await dashboard.open('/dashboard/sessions')
    await choose(page, 'Acme', 'The Lab')
    await page.getByText('The organization was not switched').waitFor()
    await page.getByRole('link', { name: 'Acme secret' }).waitFor()
    await switcher(page, 'Acme').waitFor()
  })

  it('is followed by the other tabs', async () => {
    twoOrganizations()
    const page = await dashboard.open('/dashboard/sessions')
    const other = await page.context().newPage()
    await other.goto(`${dashboard.url}/dashboard/runs`)
    await switcher(other, 'Acme').waitFor()
    await choose(page, 'Acme', 'The Lab')
    await switcher(other, 'The Lab').waitFor()
    await other.getByRole('link', { name: 'Lab matter' }).waitFor()
  })
})

describe('creating an organization', () => {
  async function openDialog() {
    const page = await dashboard.open('/dashboard/runs')
    await switcher(page, 'Acme').click()
    await page.getByRole('menuitem', { name: 'Create organization…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create an organization' })
    await dialog.waitFor()
    return { page, dialog, create: dialog.getByRole('button', { name: 'Create organization' }) }
  }

  it('makes the slug of the name until it is written by hand, and enters the new one', async () => {
    const { page, dialog, create } = await openDialog()
    expect(await create.isDisabled()).toBe(true)
    await dialog.getByLabel('Name').fill('Söhne & Co')
    expect(await dialog.getByLabel('Slug').inputValue()).toBe('sohne-co')
    await dialog.getByLabel('Slug').fill('sohne')
    await dialog.getByLabel('Name').fill('Söhne')
    expect(await dialog.getByLabel('Slug').inputValue()).toBe('sohne')
    await create.click()
    await switcher(page, 'Söhne').waitFor()
    await page.getByText('No sessions yet').waitFor()
    const [sent] = dashboard.state.requestsTo('POST', '/api/organizations')
    expect(sent?.body).toEqual({ name: 'Söhne', slug: 'sohne' })
    expect(sent?.idempotencyKey).toMatch(/^[\w-]{36}$/)
  })

  it('says at the slug that it is taken', async () => {
    const { page, dialog, create } = await openDialog()
    await dialog.getByLabel('Name').fill('Taken')
    await create.click()
    await dialog.getByRole('alert').getByText('That slug belongs to another organization').waitFor()
    const slug = dialog.getByLabel('Slug')
    expect(await slug.getAttribute('aria-invalid')).toBe('true')
    const told = await slug.getAttribute('aria-describedby')
    expect(await page.locator(`[id="${told}"]`).textContent()).toContain('That slug belongs')
    await slug.fill('free')
    await create.click()
    await switcher(page, 'Taken').waitFor()
  })

  it('is done once, however often the form is sent', async () => {
    const { page, dialog, create } = await openDialog()
    const away = new ApiProblem(503, 'database.unavailable', 'The database cannot be reached')
    dashboard.state.fail('/api/organizations', away, 1)
    await dialog.getByLabel('Name').fill('New')
    await create.click()
    await dialog.getByRole('alert').getByText('The database cannot be reached').waitFor()
    await create.click()
    await switcher(page, 'New').waitFor()
    const keys = dashboard.state.requestsTo('POST', '/api/organizations').map(({ idempotencyKey }) => idempotencyKey)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })
})

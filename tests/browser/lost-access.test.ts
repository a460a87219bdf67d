import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CLOSE } from '#schema/contracts/session-socket'
import { aSession, idOf } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anOrganization } from '../fakes/organization-data.ts'
import { startDashboard, until } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

// What becomes of an open page when the person may not see any more what it shows.

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

const GONE = 'You are no longer a member of Acme.'
const SUSPENDED = new ApiProblem(403, 'auth.suspended', 'Your account is suspended')

function alsoInTheLab() {
  const { state } = dashboard
  const live = state.addSession(aSession(1, { title: 'Acme secret' }))
  state.organizations.push(anOrganization('org-lab', { name: 'The Lab', slug: 'lab', role: 'member' }))
  state.elsewhere.set('org-lab', { sessions: [aSession(2, { title: 'Lab matter' })] })
  return live
}

const switcher = (page: Page, name: string) => page.getByRole('button', { name: `Organization: ${name}` })

async function fallsToTheLab(page: Page) {
  await page.getByText(GONE).waitFor()
  await page.getByRole('link', { name: 'Lab matter' }).waitFor()
  await switcher(page, 'The Lab').waitFor()
  expect(await page.getByText('Acme secret').count()).toBe(0)
  expect(new URL(page.url()).pathname).toBe('/dashboard/sessions')
}

describe('who is removed while looking', () => {
  it.each([
    ['a list', '/dashboard/sessions', 'Acme secret', 'Runs'],
    ['the members', '/settings/members', 'Ada Lovelace', 'General'],
    ['the organization', '/settings/general', 'Slug', 'Members'],
  ])('at %s is told once, with the next request, and led to what is left', async (_, path, text, next) => {
    alsoInTheLab()
    const page = await dashboard.open(path)
    await page.getByRole('main').getByText(text).first().waitFor()
    dashboard.state.expel('org-acme')
    await page.getByRole('link', { name: next }).click()
    await fallsToTheLab(page)
    expect(await page.getByText(GONE).count()).toBe(1)
  })

  it('at a session is led away when its socket closes', async () => {
    const live = alsoInTheLab()
    const page = await dashboard.open(`/workspace/${idOf(1)}`)
    await until(() => live.followers, (followers) => followers === 1)
    dashboard.state.expel('org-acme')
    live.close(CLOSE.forbidden)
    await fallsToTheLab(page)
  })

  it('from the only organization is asked to join or create one', async () => {
    const live = dashboard.state.addSession(aSession(1, { title: 'Acme secret' }))
    const page = await dashboard.open(`/workspace/${idOf(1)}`)
    await until(() => live.followers, (followers) => followers === 1)
    dashboard.state.expel('org-acme')
    live.close(CLOSE.forbidden)
    await page.getByText(GONE).waitFor()
    await page.getByRole('heading', { name: 'You are in no organization' }).waitFor()
  })
})

describe('who is made a viewer while looking', () => {
  it('at a session sees the outline alone, once the socket has closed', async () => {
    const live = alsoInTheLab()
    const page = await dashboard.open(`/workspace/${idOf(1)}`)
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor()
    dashboard.state.role = 'viewer'
    live.close(CLOSE.forbidden)
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'Acme secret' }).waitFor()
    expect(await page.getByText(GONE).count()).toBe(0)
    await until(() => live.followers, (followers) => followers === 0)
  })

  it('loses the buttons when the first of them is refused, and is told', async () => {
    const page = await dashboard.open('/settings/members')
    await page.getByRole('button', { name: 'Invite people' }).click()
    await page.getByLabel(/email/i).first().fill('alan@acme.test')
    dashboard.state.role = 'viewer'
    await page.getByRole('dialog').getByRole('button', { name: /^Invite|^Send/ }).click()
    await page.getByRole('button', { name: 'Invite people' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).pathname).toBe('/settings/members')
    expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0)
  })

  it('does not ask again and again when the refusal has another reason', async () => {
    dashboard.state.withheld.add('audit:read')
    const page = await dashboard.open('/dashboard/sessions')
    await page.clock.install()
    await page.reload()
    await page.getByText('No sessions yet').waitFor()
    const asked = () => dashboard.state.requestsTo('GET', '/api/me').length
    const before = asked()
    dashboard.state.fail('/api/runs', new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByText('Runs could not be loaded').waitFor()
    await until(asked, (count) => count === before + 1)
    await page.clock.runFor(2_000)
    // What the page asked by now has come before this.
    await page.evaluate(() => fetch('/api/auth-options'))
    expect(asked()).toBe(before + 1)
  })
})

describe('the organization of a page', () => {
  it('is named by every request of it, but by none that asks who one is', async () => {
    alsoInTheLab()
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('link', { name: 'Acme secret' }).waitFor()
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByText('No runs yet').waitFor()
    const named = (path: string) => dashboard.state.requestsTo('GET', path).map(({ organizationId }) => organizationId)
    expect(new Set([...named('/api/sessions'), ...named('/api/runs')])).toEqual(new Set(['org-acme']))
    expect(new Set(named('/api/me'))).toEqual(new Set([null]))
  })

  it('stays what its requests are about when another tab has moved the sign-in, and nobody told', async () => {
    alsoInTheLab()
    const page = await dashboard.open('/dashboard/runs')
    await page.getByText('No runs yet').waitFor()
    dashboard.state.activate('org-lab')
    await page.getByRole('link', { name: 'Sessions', exact: true }).first().click()
    await page.getByRole('link', { name: 'Acme secret' }).waitFor()
    expect(await page.getByText('Lab matter').count()).toBe(0)
    await switcher(page, 'Acme').waitFor()
  })
})

describe('who is suspended while looking', () => {
  it('falls to the sign-in, which says why', async () => {
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByText('No sessions yet').waitFor()
    for (const path of ['/api/me', '/api/runs', '/api/sessions']) dashboard.state.fail(path, SUSPENDED)
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
    await page.getByRole('alert').getByText('Your account is suspended.').waitFor()
    expect(new URL(page.url()).searchParams.get('next')).toBe('/dashboard/runs')
  })

  it.each(['forbidden', 'unauthorized'] as const)('falls to the sign-in when its socket closes as %s', async (why) => {
    const live = dashboard.state.addSession(aSession(1, { title: 'Acme secret' }))
    const page = await dashboard.open(`/workspace/${idOf(1)}`)
    await until(() => live.followers, (followers) => followers === 1)
    await page.context().clearCookies()
    live.close(CLOSE[why])
    await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  })
})

describe('a page that asks for nothing by itself', () => {
  /** At the organization's settings, with the time in our hands. */
  async function atTheSettings() {
    const page = await dashboard.open('/settings/general')
    await page.clock.install()
    await page.reload()
    await page.getByLabel('Slug').waitFor()
    return page
  }

  it('notices within a minute that its person was removed', async () => {
    alsoInTheLab()
    const page = await atTheSettings()
    dashboard.state.expel('org-acme')
    await page.clock.fastForward('00:59')
    await fallsToTheLab(page)
  })

  it('notices when it is looked at again', async () => {
    alsoInTheLab()
    const page = await atTheSettings()
    dashboard.state.expel('org-acme')
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await fallsToTheLab(page)
  })

  it('falls to the sign-in when the sign-in has ended, and stays when nobody can be asked', async () => {
    const page = await atTheSettings()
    dashboard.state.fail('/api/me', new ApiProblem(503, 'database.unavailable', 'The database is away'))
    await page.clock.fastForward('00:59')
    await until(() => dashboard.state.requestsTo('GET', '/api/me').length, (count) => count > 2)
    expect(await page.getByLabel('Slug').isVisible()).toBe(true)
    dashboard.state.heal('/api/me')
    await page.context().clearCookies()
    await page.clock.fastForward('00:59')
    await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  })
})

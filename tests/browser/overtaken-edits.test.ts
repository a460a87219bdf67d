import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aMember } from '../fakes/organization-data.ts'
import { startDashboard } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

// Two people change the same thing: the second is told, loses nothing of what was typed, and undoes nothing.

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

const ORGANIZATION = '/api/organizations/org-acme'
const etagsSentTo = (path: string) => dashboard.state.requestsTo('PATCH', path).map(({ ifMatch }) => ifMatch)

describe('an organization that somebody else changed meanwhile', () => {
  it('is not overwritten: what is there now is shown, what was typed stays, and the next save goes through', async () => {
    const { state } = dashboard
    const page = await dashboard.open('/settings/general')
    const form = page.getByRole('form', { name: 'Organization' })
    await form.getByLabel('Name').fill('Acme of Ada')
    Object.assign(state.organization ?? {}, { name: 'Acme of Bo', slug: 'acme-of-bo' })
    await form.getByRole('button', { name: 'Save changes' }).click()
    await form.getByRole('alert').getByText('Someone else just changed the organization').waitFor()
    expect(state.organization?.name).toBe('Acme of Bo')
    expect(await form.getByLabel('Name').inputValue()).toBe('Acme of Ada')
    await form.getByText('Now: Acme of Bo').waitFor()
    expect(await form.getByLabel('Slug').inputValue()).toBe('acme-of-bo')
    await form.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Saved').waitFor()
    expect(state.organization).toMatchObject({ name: 'Acme of Ada', slug: 'acme-of-bo' })
    await form.getByRole('alert').waitFor({ state: 'detached' })
    expect(state.requestsTo('PATCH', ORGANIZATION).map(({ body }) => body)).toEqual([
      { name: 'Acme of Ada' },
      { name: 'Acme of Ada' },
    ])
    expect(new Set(etagsSentTo(ORGANIZATION)).size).toBe(2)
    expect(etagsSentTo(ORGANIZATION)).not.toContain(null)
  })

  it('is saved all the same when only its members became more', async () => {
    const { state } = dashboard
    const page = await dashboard.open('/settings/general')
    const form = page.getByRole('form', { name: 'Organization' })
    await form.getByLabel('Name').fill('Acme of Ada')
    Object.assign(state.organization ?? {}, { memberCount: 4 })
    await form.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Saved').waitFor()
    expect(state.organization).toMatchObject({ name: 'Acme of Ada', memberCount: 4 })
  })
})

describe('a role that somebody else changed meanwhile', () => {
  it('stays as they gave it, and is shown', async () => {
    const { state } = dashboard
    state.members.push(aMember('member-grace', { role: 'member' }))
    const page = await dashboard.open('/settings/members')
    const role = page.getByRole('combobox', { name: 'Role of Grace Hopper' })
    await role.click()
    Object.assign(state.members[1] ?? {}, { role: 'viewer' })
    await page.getByRole('option', { name: 'Admin' }).click()
    await page.getByText('Someone else just changed the role of Grace Hopper').waitFor()
    await page.getByText('Grace Hopper is a viewer now.').waitFor()
    await role.getByText('Viewer').waitFor()
    expect(state.members[1]?.role).toBe('viewer')
    await role.click()
    await page.getByRole('option', { name: 'Admin' }).click()
    await page.getByText('Grace Hopper is an admin now').waitFor()
    expect(etagsSentTo(`${ORGANIZATION}/members/member-grace`)).toEqual([expect.stringMatching(/^"[0-9a-f]{32}"$/)])
  })
})

describe('a profile that was changed in another window meanwhile', () => {
  it('is not overwritten, and what was typed stays', async () => {
    const { personal } = dashboard.state
    const page = await dashboard.open('/settings/profile')
    const form = page.getByRole('form', { name: 'Profile' })
    await form.getByLabel('Name').fill('Ada King')
    personal.profile = { ...personal.profile, name: 'Countess Ada' }
    await form.getByRole('button', { name: 'Save changes' }).click()
    await form.getByRole('alert').getByText('Someone else just changed the profile').waitFor()
    await form.getByText('Now: Countess Ada').waitFor()
    expect(await form.getByLabel('Name').inputValue()).toBe('Ada King')
    expect(personal.profile.name).toBe('Countess Ada')
    await form.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Saved').waitFor()
    await page.getByRole('button', { name: 'Your account' }).getByText('Ada King').waitFor()
    expect(personal.profile.name).toBe('Ada King')
    expect(etagsSentTo('/api/profile')).toEqual([expect.stringMatching(/^"[0-9a-f]{32}"$/)])
  })
})

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ApiProblem } from '../fakes/api-state.ts'
import { aMember, anInvitation } from '../fakes/organization-data.ts'
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

const AWAY = new ApiProblem(503, 'database.unavailable', 'The database cannot be reached')
const PATH = '/settings/members'
const MEMBERS = '/api/organizations/org-acme/members'
const INVITATIONS = '/api/organizations/org-acme/invitations'
const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })
const invitations = (page: Page) => page.getByRole('region', { name: 'Invitations' })

const withGrace = () => dashboard.state.members.push(aMember('member-grace'))

describe('the members', () => {
  it('are listed with name, email, role and since when, oneself marked', async () => {
    withGrace()
    const page = await dashboard.open(PATH)
    for (const text of ['Grace Hopper', 'grace@acme.test', 'd ago']) {
      await row(page, 'Grace Hopper').getByText(text).filter({ visible: true }).first().waitFor()
    }
    await row(page, 'Ada Lovelace').getByText('You').waitFor()
    await row(page, 'Ada Lovelace').getByText('Owner').waitFor()
    // Over buttons that say what they do, a name would only be noise.
    const header = page.getByRole('columnheader', { name: 'Actions' }).getByText('Actions')
    expect((await header.boundingBox())?.width).toBeLessThanOrEqual(1)
    await expect.poll(() => page.title()).toBe('Members · Proliferate')
  })

  it('load more on demand', async () => {
    for (let n = 1; n < 60; n += 1) dashboard.state.members.push(aMember(`member-${n}`, { name: `Member ${n}` }))
    const page = await dashboard.open(PATH)
    await page.getByText('Member 49', { exact: true }).waitFor()
    expect(await page.getByText('Member 50', { exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByText('Member 59', { exact: true }).waitFor()
  })

  it('say what went wrong, and try again', async () => {
    dashboard.state.fail(MEMBERS, new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    const page = await dashboard.open(PATH)
    await page.getByRole('alert').getByText('Members could not be loaded').waitFor()
    dashboard.state.heal(MEMBERS)
    await page.getByRole('button', { name: 'Try again' }).click()
    await row(page, 'Ada Lovelace').waitFor()
  })

  it('get another role from an owner', async () => {
    withGrace()
    const page = await dashboard.open(PATH)
    const role = page.getByRole('combobox', { name: 'Role of Grace Hopper' })
    await role.click()
    expect(await page.getByRole('option').allTextContents()).toEqual(['Admin', 'Member', 'Viewer'])
    await page.getByRole('option', { name: 'Admin' }).click()
    await page.getByText('Grace Hopper is an admin now').waitFor()
    await expect.poll(() => role.textContent()).toBe('Admin')
    expect(dashboard.state.requestsTo('PATCH', `${MEMBERS}/member-grace`)[0]?.body).toEqual({ role: 'admin' })
  })

  it('keep their role when the API refuses the other', async () => {
    withGrace()
    dashboard.state.fail(`${MEMBERS}/member-grace`, AWAY)
    const page = await dashboard.open(PATH)
    const role = page.getByRole('combobox', { name: 'Role of Grace Hopper' })
    await role.click()
    await page.getByRole('option', { name: 'Viewer' }).click()
    await page.getByText('The role of Grace Hopper was not changed').waitFor()
    expect(await role.textContent()).toBe('Member')
  })

  it('are removed after a question', async () => {
    withGrace()
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Remove Grace Hopper' }).click()
    const question = page.getByRole('alertdialog', { name: 'Remove Grace Hopper?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(dashboard.state.members).toHaveLength(2)
    await page.getByRole('button', { name: 'Remove Grace Hopper' }).click()
    await question.getByRole('button', { name: 'Remove' }).click()
    await row(page, 'Grace Hopper').waitFor({ state: 'detached' })
  })

  it('never lose their owner here', async () => {
    withGrace()
    const page = await dashboard.open(PATH)
    await row(page, 'Grace Hopper').waitFor()
    expect(await row(page, 'Ada Lovelace').getByRole('button').count()).toBe(0)
    expect(await row(page, 'Ada Lovelace').getByRole('combobox').count()).toBe(0)
  })

  it.each([
    { role: 'viewer', invites: 0, changes: 0 },
    { role: 'member', invites: 0, changes: 0 },
    { role: 'admin', invites: 1, changes: 0 },
    { role: 'owner', invites: 1, changes: 1 },
  ] as const)('offer a $role what the role may, and nothing else', async ({ role, invites, changes }) => {
    withGrace()
    dashboard.state.role = role
    const page = await dashboard.open(PATH)
    await row(page, 'Grace Hopper').waitFor()
    expect(await page.getByRole('button', { name: 'Invite people' }).count()).toBe(invites)
    expect(await invitations(page).count()).toBe(invites)
    expect(await page.getByRole('combobox', { name: 'Role of Grace Hopper' }).count()).toBe(changes)
    expect(await page.getByRole('button', { name: 'Remove Grace Hopper' }).count()).toBe(changes)
    await expect.poll(() => dashboard.state.requestsTo('GET', INVITATIONS).length > 0).toBe(invites === 1)
  })
})

describe('the invitations', () => {
  it('say when there is none, and when they cannot be loaded', async () => {
    dashboard.state.fail(INVITATIONS, new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    const page = await dashboard.open(PATH)
    await invitations(page).getByRole('alert').getByText('Your role does not allow this').waitFor()
    dashboard.state.heal(INVITATIONS)
    await invitations(page).getByRole('button', { name: 'Try again' }).click()
    await invitations(page).getByText('No invitation is open.').waitFor()
  })

  it('show status, role and how long they stand, and copy the link', async () => {
    dashboard.state.invitations.push(anInvitation('inv-1', { mailed: false }))
    const page = await dashboard.open(PATH)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const item = invitations(page).getByRole('listitem').filter({ hasText: 'alan@acme.test' })
    for (const text of ['Pending', '6 d left', 'Member, invited by Ada Lovelace', 'copy and share the link']) {
      await item.getByText(text).waitFor()
    }
    await item.getByRole('button', { name: 'Copy invitation link for alan@acme.test' }).click()
    await item.getByRole('button', { name: 'Copied invitation link' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('https://app.acme.test/invite/inv-1')
  })

  it('are sent again, but not twice within a minute, which is told', async () => {
    dashboard.state.invitations.push(anInvitation('inv-1'))
    const page = await dashboard.open(PATH)
    const resend = page.getByRole('button', { name: 'Resend to alan@acme.test' })
    await resend.click()
    await page.getByText('Invitation resent to alan@acme.test').waitFor()
    const soon = new ApiProblem(429, 'invitation.sent_just_now', 'It was sent less than a minute ago')
    dashboard.state.fail(`${INVITATIONS}/inv-1/resend`, soon)
    await resend.click()
    await page.getByText('It was sent less than a minute ago').waitFor()
  })

  it('are taken back after a question', async () => {
    dashboard.state.invitations.push(anInvitation('inv-1'))
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Cancel invitation for alan@acme.test' }).click()
    const question = page.getByRole('alertdialog', { name: 'Cancel the invitation for alan@acme.test?' })
    await question.getByRole('button', { name: 'Cancel invitation' }).click()
    await invitations(page).getByText('No invitation is open.').waitFor()
  })
})

describe('inviting', () => {
  async function openDialog() {
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Invite people' }).click()
    const dialog = page.getByRole('dialog', { name: 'Invite people' })
    const send = dialog.getByRole('button', { name: 'Send invitations' })
    return { page, dialog, send, addresses: dialog.getByLabel('Email addresses') }
  }

  it('takes several addresses and a role, and shows them among the open ones', async () => {
    const { page, dialog, send, addresses } = await openDialog()
    await addresses.fill('Alan@acme.test, bob@acme.test\nalan@acme.test')
    await dialog.getByRole('combobox', { name: 'Role' }).click()
    await page.getByRole('option', { name: 'Viewer' }).click()
    await send.click()
    await dialog.getByRole('listitem').filter({ hasText: 'bob@acme.test: invited by email' }).waitFor()
    const sent = dashboard.state.requestsTo('POST', INVITATIONS)
    expect(sent.map(({ body }) => body)).toEqual([
      { email: 'alan@acme.test', role: 'viewer' },
      { email: 'bob@acme.test', role: 'viewer' },
    ])
    await dialog.getByRole('button', { name: 'Done' }).click()
    await invitations(page).getByText('alan@acme.test').waitFor()
  })

  it('says of each address what became of it, and keeps those that failed', async () => {
    withGrace()
    const { dialog, send, addresses } = await openDialog()
    await addresses.fill('bob@acme.test grace@acme.test')
    await send.click()
    await dialog.getByText('That person is a member already').waitFor()
    await expect.poll(() => addresses.inputValue()).toBe('grace@acme.test')
    expect(await dialog.getByRole('button', { name: 'Done' }).count()).toBe(0)
  })

  it('gives the link to share when no email is sent', async () => {
    dashboard.state.mailOn = false
    const { dialog, send, addresses } = await openDialog()
    await addresses.fill('bob@acme.test')
    await send.click()
    await dialog.getByText('invited; no email was sent, copy and share the link').waitFor()
    await dialog.getByRole('button', { name: 'Copy invitation link for bob@acme.test' }).waitFor()
  })

  it('sends nothing while something is no address', async () => {
    const { dialog, send, addresses } = await openDialog()
    await addresses.fill('bob@acme.test carl@')
    await send.click()
    await dialog.getByRole('alert').getByText('Not an address: carl@').waitFor()
    expect(dashboard.state.requestsTo('POST', INVITATIONS)).toEqual([])
  })

  it('takes twenty at a time', async () => {
    const { dialog, send, addresses } = await openDialog()
    await addresses.fill(Array.from({ length: 21 }, (_, n) => `p${n}@acme.test`).join(' '))
    await send.click()
    await dialog.getByRole('alert').getByText('These are 21. Invite 20 at a time.').waitFor()
    expect(dashboard.state.requestsTo('POST', INVITATIONS)).toEqual([])
  })

  it('asks again for who failed under the same key', async () => {
    dashboard.state.fail(INVITATIONS, AWAY)
    const { dialog, send, addresses } = await openDialog()
    await addresses.fill('bob@acme.test')
    await send.click()
    await dialog.getByText('The database cannot be reached').waitFor()
    dashboard.state.heal(INVITATIONS)
    await send.click()
    await dialog.getByText('invited by email').waitFor()
    const keys = dashboard.state.requestsTo('POST', INVITATIONS).map(({ idempotencyKey }) => idempotencyKey)
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
  })
})

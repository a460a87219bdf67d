import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { aSession, idOf, minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anAuditEntry } from '../fakes/organization-data.ts'
import { anAdminUser } from '../fakes/personal-state.ts'
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

const BERG = { id: 'org-berg', name: 'Berg & Co', role: 'owner' } as const
const LAB = { id: 'org-lab', name: 'Lab', role: 'viewer' } as const

function asOperator() {
  const { personal } = dashboard.state
  personal.superAdmin = true
  personal.users = [
    anAdminUser(idOf(1), { organizations: [BERG, LAB] }),
    anAdminUser(idOf(2), { name: 'Cy Clark', email: 'cy@clark.test', emailVerified: false, organizations: [] }),
    anAdminUser('user-ada', { name: 'Ada Lovelace', email: 'ada@acme.test' }),
  ]
}

const anOrganization = (number: number, name: string) => {
  return { id: idOf(number), name, slug: name, isPersonal: number === 1, memberCount: 2, createdAt: minutesAgo(9) }
}

it('does not exist for others, neither the page nor the way to it', async () => {
  for (const path of ['/admin', '/admin/users', '/admin/organizations', '/admin/audit']) {
    const page = await dashboard.open(path)
    await page.getByText('This page does not exist').waitFor()
    await page.getByRole('button', { name: 'Your account' }).click()
    await page.getByRole('menuitem', { name: 'Profile' }).waitFor()
    expect(await page.getByRole('menuitem', { name: 'Admin' }).count()).toBe(0)
  }
  expect(dashboard.state.requests.filter(({ path }) => path.startsWith('/api/admin'))).toEqual([])
})

it('lists everybody with organizations and roles, and finds by name, address or id', async () => {
  asOperator()
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('menuitem', { name: 'Admin' }).click()
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await row('Bo Berg').getByText('Berg & Co (owner), Lab (viewer)').waitFor()
  await row('Bo Berg').getByText('Verified', { exact: true }).waitFor()
  await row('Cy Clark').getByText('Not verified').waitFor()
  expect(await row('Cy Clark').getByRole('button', { name: 'Impersonate Cy Clark' }).isDisabled()).toBe(true)
  await row('Ada Lovelace').getByText('This is you').waitFor()
  await page.getByRole('searchbox', { name: 'Search users' }).fill('clark')
  await row('Bo Berg').waitFor({ state: 'detached' })
  await row('Cy Clark').waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe('clark')
  await page.reload()
  await row('Cy Clark').waitFor()
  expect(await page.getByRole('searchbox').inputValue()).toBe('clark')
  await page.getByRole('searchbox').fill('nobody like that')
  await page.getByText('No users found').waitFor()
})

it('loads people and organizations page by page', async () => {
  asOperator()
  const { personal } = dashboard.state
  personal.users = Array.from({ length: 60 }, (_, index) => anAdminUser(idOf(index + 1), { name: `User ${index}` }))
  personal.allOrganizations = Array.from({ length: 60 }, (_, index) => anOrganization(index + 1, `org-${index}`))
  const page = await dashboard.open('/admin/users')
  await page.getByText('User 49').waitFor()
  expect(await page.getByText('User 50').count()).toBe(0)
  await page.getByRole('button', { name: 'Load more' }).click()
  await page.getByText('User 59').waitFor()
  await page.getByRole('navigation', { name: 'Admin' }).getByRole('link', { name: 'Organizations' }).click()
  await page.getByRole('row').filter({ hasText: 'org-0' }).getByText('Personal').waitFor()
  await page.getByRole('button', { name: 'Load more' }).click()
  await page.getByText('org-59').first().waitFor()
  await page.getByRole('searchbox', { name: 'Search organizations' }).fill('org-7')
  await page.getByText('org-59').first().waitFor({ state: 'detached' })
  await page.getByText('org-7').first().waitFor()
})

it('tells who did what outside any organization, to what, and from where', async () => {
  asOperator()
  const organization = { kind: 'organization', id: 'org-gone', label: 'Gone & Co' }
  const user = { kind: 'user', id: idOf(2), label: 'cy@clark.test' }
  const bo = { kind: 'user', id: idOf(1), name: 'Bo Berg', apiKeyId: null, impersonatedBy: null } as const
  dashboard.state.personal.deploymentAudit = [
    anAuditEntry(1, { verb: 'suspend', subject: user, before: null, after: { reason: 'Sent spam' } }),
    anAuditEntry(2, { verb: 'delete', subject: organization, actor: bo, before: null, after: null }),
  ]
  const page = await dashboard.open('/admin/users')
  await page.getByRole('navigation', { name: 'Admin' }).getByRole('link', { name: 'Audit log' }).click()
  const row = (text: string) => page.getByRole('row').filter({ hasText: text })
  for (const text of ['Ada Lovelace', 'cy@clark.test', 'min ago']) await row('Suspended user').getByText(text).waitFor()
  await row('Deleted organization').getByText('Gone & Co').waitFor()
  await page.getByRole('button', { name: 'Suspended user' }).click()
  for (const text of ['Sent spam', '203.0.113.7', idOf(2), 'user-ada']) await page.getByText(text).first().waitFor()
  // There is no file of it to fetch, and the organization's own log is not what is read here.
  expect(await page.getByRole('link', { name: /^Export/ }).count()).toBe(0)
  expect(dashboard.state.requestsTo('GET', '/api/audit')).toEqual([])

  await page.getByRole('combobox', { name: 'Who' }).click()
  await page.getByRole('option', { name: 'Bo Berg' }).click()
  await row('Suspended user').waitFor({ state: 'detached' })
  expect(new URL(page.url()).search).toBe(`?actor=${idOf(1)}`)
  await page.getByRole('combobox', { name: 'Action' }).click()
  await page.getByRole('option', { name: 'Suspended', exact: true }).click()
  await page.getByText('No entry fits the filter').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await row('Deleted organization').waitFor()
})

it('loads older entries of its audit log, and says when there are none or they are away', async () => {
  asOperator()
  const { state } = dashboard
  state.fail('/api/admin/audit', new ApiProblem(404, 'admin.not_found', 'There is no such route'))
  const page = await dashboard.open('/admin/audit')
  await page.getByText('Audit log could not be loaded').waitFor()
  state.heal('/api/admin/audit')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Nothing was logged yet').waitFor()
  const subjectOf = (n: number) => ({ kind: 'organization', id: idOf(n), label: `gone-${n}` })
  state.personal.deploymentAudit = Array.from({ length: 60 }, (_, n) => anAuditEntry(n, { subject: subjectOf(n) }))
  await page.reload()
  await page.getByText('gone-49', { exact: true }).waitFor()
  expect(await page.getByText('gone-50', { exact: true }).count()).toBe(0)
  await page.getByRole('button', { name: 'Load more' }).click()
  await page.getByText('gone-59', { exact: true }).waitFor()
})

it('impersonates somebody in the chosen organization, says so on every page, and stops', async () => {
  asOperator()
  const { state } = dashboard
  state.addSession(aSession(77, { title: 'Seen before' }))
  const page = await dashboard.open('/admin/users')
  await page.getByRole('button', { name: 'Impersonate Bo Berg' }).click()
  const dialog = page.getByRole('dialog', { name: 'See the product as Bo Berg' })
  await dialog.getByLabel('Organization').click()
  await page.getByRole('option', { name: 'Lab' }).click()
  await dialog.getByRole('button', { name: 'Impersonate' }).click()
  const banner = page.getByRole('complementary', { name: 'Impersonation' })
  await banner.getByText('Ada Lovelace, you see Lab as Bo Berg').waitFor()
  expect(state.requestsTo('POST', '/api/admin/impersonate')[0]?.body).toEqual({
    userId: idOf(1),
    organizationId: 'org-lab',
  })
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  await page.getByRole('button', { name: 'Your account' }).getByText('bo@berg.test').waitFor()
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  await banner.getByRole('button', { name: 'Stop' }).click()
  await banner.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Your account' }).getByText('ada@acme.test').waitFor()
})

it('changes who one is in every tab', async () => {
  asOperator()
  const page = await dashboard.open('/admin/users')
  const other = await page.context().newPage()
  await other.goto(`${dashboard.url}/dashboard/runs`)
  await other.getByRole('heading', { name: 'Runs' }).waitFor()
  await page.getByRole('button', { name: 'Impersonate Bo Berg' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Impersonate' }).click()
  const banner = other.getByRole('complementary', { name: 'Impersonation' })
  await banner.getByText('as Bo Berg').waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await banner.waitFor({ state: 'detached' })
})

it('says when a list is away, when one may not impersonate, and when stopping failed', async () => {
  asOperator()
  const { state } = dashboard
  state.fail('/api/admin/users', new ApiProblem(404, 'admin.not_found', 'There is no such route'))
  const page = await dashboard.open('/admin/users')
  await page.getByText('Users could not be loaded').waitFor()
  state.heal('/api/admin/users')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Impersonate Bo Berg' }).click()
  state.fail('/api/admin/impersonate', new ApiProblem(404, 'admin.person_not_found', 'Nobody by that id'), 1)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Impersonate' }).click()
  await dialog.getByRole('alert').getByText('Nobody by that id').waitFor()
  await dialog.getByRole('button', { name: 'Impersonate' }).click()
  state.fail('/api/admin/impersonate/stop', new ApiProblem(503, 'database.unavailable', 'The database is away'), 1)
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('You still see the product as someone else').waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('complementary', { name: 'Impersonation' }).waitFor({ state: 'detached' })
})

it('suspends somebody with a reason, shows it, and lets them in again', async () => {
  asOperator()
  const { state } = dashboard
  const page = await dashboard.open('/admin/users')
  const row = page.getByRole('row').filter({ hasText: 'Bo Berg' })
  await row.getByRole('button', { name: 'Suspend Bo Berg' }).click()
  const dialog = page.getByRole('dialog', { name: 'Suspend Bo Berg' })
  await dialog.getByLabel('Reason').fill('  Sent spam ')
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await page.getByText('Bo Berg is suspended').waitFor()
  await row.getByText('Suspended', { exact: true }).waitFor()
  expect(state.requestsTo('POST', `/api/admin/users/${idOf(1)}/suspend`)[0]?.body).toEqual({ reason: 'Sent spam' })
  await row.getByRole('button', { name: 'Unsuspend Bo Berg' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Unsuspend' }).click()
  await page.getByText('Bo Berg may sign in again').waitFor()
  await row.getByText('Verified', { exact: true }).waitFor()
  await row.getByRole('button', { name: 'Suspend Bo Berg' }).click()
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await row.getByText('Suspended', { exact: true }).waitFor()
  expect(state.requestsTo('POST', `/api/admin/users/${idOf(1)}/suspend`)[1]?.body).toEqual({})
})

it('says that a super admin cannot be suspended, and does not offer it for oneself', async () => {
  asOperator()
  dashboard.state.personal.operators.push(idOf(2))
  const page = await dashboard.open('/admin/users')
  await page.getByRole('button', { name: 'Suspend Cy Clark' }).click()
  const dialog = page.getByRole('dialog', { name: 'Suspend Cy Clark' })
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await dialog.getByRole('alert').getByText('Super admins cannot be suspended').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Suspend Bo Berg' }).waitFor()
  expect(await page.getByRole('button', { name: 'Suspend Ada Lovelace' }).count()).toBe(0)
})

it('fits a phone, with the banner', async () => {
  asOperator()
  const { personal } = dashboard.state
  personal.impersonation = { adminId: 'user-eve', adminName: 'Eve', expiresAt: minutesAgo(-60) }
  const page = await dashboard.open('/admin/users', { viewport: PHONE })
  await page.getByRole('button', { name: 'Impersonate Bo Berg' }).waitFor()
  await page.getByRole('complementary', { name: 'Impersonation' }).waitFor()
  const { scrollWidth, scrollHeight } = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement
    return { scrollWidth, scrollHeight }
  })
  expect(scrollWidth).toBeLessThanOrEqual(PHONE.width)
  expect(scrollHeight).toBeLessThanOrEqual(PHONE.height)
})

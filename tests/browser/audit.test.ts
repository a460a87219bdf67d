import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AuditExportQuery } from '#schema/contracts/audit'
import { minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { aMember, anAuditEntry } from '../fakes/organization-data.ts'
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

const PATH = '/settings/audit'
const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })
const GRACE = { kind: 'user', id: 'user-grace', name: 'Grace Hopper', apiKeyId: null, impersonatedBy: null } as const

async function filter(page: Page, name: string, option: string) {
  await page.getByRole('combobox', { name }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

/** A change of a role by Ada, and a repository that Grace has made. */
function twoEntries() {
  const repository = { kind: 'repository', id: 'repository-1', label: 'acme/text-tools' }
  const made = { verb: 'create', subject: repository, before: null, after: { name: 'acme/text-tools' } }
  dashboard.state.audit.push(anAuditEntry(1), anAuditEntry(2, { ...made, actor: GRACE }))
}

describe('the audit log', () => {
  it('tells who did what to what, when and from where, newest first', async () => {
    twoEntries()
    const page = await dashboard.open(PATH, { viewport: { width: 1440, height: 800 } })
    for (const text of ['Ada Lovelace', 'Updated member', 'grace@acme.test', 'min ago', '203.0.113.7']) {
      await row(page, 'Updated member').getByText(text).waitFor()
    }
    const lines = await page.getByRole('row').allTextContents()
    expect(lines[1]).toContain('Updated member')
    expect(lines[2]).toContain('Created repository')
    await expect.poll(() => page.title()).toBe('Audit log · Proliferate')
  })

  it('opens an entry with what changed, and closes it', async () => {
    const before = { role: 'member', name: 'Grace' }
    dashboard.state.audit.push(anAuditEntry(1, { before, after: { role: 'admin', name: 'Grace' } }))
    const page = await dashboard.open(PATH)
    const entry = page.getByRole('button', { name: 'Updated member' })
    await entry.focus()
    await page.keyboard.press('Enter')
    const changes = page.getByRole('table', { name: 'Changes' })
    await changes.waitFor()
    const cells = await changes.getByRole('row').nth(1).getByRole('cell').allTextContents()
    expect(cells).toEqual(['member', 'admin'])
    expect(await changes.getByRole('row').count()).toBe(2)
    for (const text of ['req-2c81b7e0', 'Firefox']) await page.getByText(text).waitFor()
    expect(await entry.getAttribute('aria-expanded')).toBe('true')
    await entry.click()
    await changes.waitFor({ state: 'detached' })
  })

  it('says so when an entry tells no values', async () => {
    dashboard.state.audit.push(anAuditEntry(1, { verb: 'export', before: null, after: null, ip: null }))
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Exported member' }).click()
    await page.getByText('No values were recorded.').waitFor()
    await page.getByText('unknown').waitFor()
  })

  it('marks what was done in the name of somebody else, and by programs', async () => {
    const actor = { ...GRACE, impersonatedBy: 'admin-7' }
    const program = { ...GRACE, kind: 'api_key', apiKeyId: 'key-1' } as const
    dashboard.state.audit.push(anAuditEntry(1, { actor }), anAuditEntry(2, { actor: program, verb: 'create' }))
    const page = await dashboard.open(PATH)
    await row(page, 'Updated member').getByText('Impersonated').waitFor()
    expect(await row(page, 'Created member').getByText('Impersonated').count()).toBe(0)
    await row(page, 'Created member').getByText('API key').waitFor()
    await page.getByRole('button', { name: 'Updated member' }).click()
    await page.getByText('admin-7').waitFor()
  })

  it('loads older entries on demand', async () => {
    for (let n = 1; n <= 60; n += 1) {
      dashboard.state.audit.push(anAuditEntry(n, { subject: { kind: 'member', id: null, label: `person-${n}` } }))
    }
    const page = await dashboard.open(PATH)
    await page.getByText('person-50', { exact: true }).waitFor()
    expect(await page.getByText('person-51', { exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByText('person-60', { exact: true }).waitFor()
  })

  it('says when nothing was logged, and what went wrong', async () => {
    dashboard.state.fail('/api/audit', new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    const page = await dashboard.open(PATH)
    await page.getByRole('alert').getByText('Audit log could not be loaded').waitFor()
    dashboard.state.heal('/api/audit')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Nothing was logged yet').waitFor()
  })

  it.each(['viewer', 'member'] as const)('is closed to a %s, and not even asked for', async (role) => {
    dashboard.state.role = role
    const page = await dashboard.open(PATH)
    await page.getByText('The audit log is for admins and owners').waitFor()
    expect(dashboard.state.requestsTo('GET', '/api/audit')).toEqual([])
  })
})

describe('the filter', () => {
  it('narrows by person, action and subject, and stands in the address', async () => {
    twoEntries()
    dashboard.state.members.push(aMember('member-grace', { userId: 'user-grace' }))
    const page = await dashboard.open(PATH)
    await filter(page, 'Who', 'Grace Hopper')
    await row(page, 'Updated member').waitFor({ state: 'detached' })
    await row(page, 'Created repository').waitFor()
    await filter(page, 'Action', 'Created')
    await filter(page, 'Subject', 'Repository')
    const search = new URL(page.url()).searchParams
    expect(Object.fromEntries(search)).toEqual({ actor: 'user-grace', verb: 'create', subject: 'repository' })
    await page.reload()
    await row(page, 'Created repository').waitFor()
    expect(await page.getByRole('combobox', { name: 'Who' }).textContent()).toBe('Grace Hopper')
  })

  it('names who has left by the entries', async () => {
    twoEntries()
    const page = await dashboard.open(PATH)
    await filter(page, 'Who', 'Grace Hopper')
    await row(page, 'Updated member').waitFor({ state: 'detached' })
  })

  it('narrows to whole days', async () => {
    dashboard.state.audit.push(anAuditEntry(1), anAuditEntry(2, { at: minutesAgo(3 * 1_440), verb: 'remove' }))
    const page = await dashboard.open(PATH)
    await row(page, 'Removed member').waitFor()
    const offsetMs = await page.evaluate(() => new Date().getTimezoneOffset() * 60_000)
    const today = new Date(Date.now() - offsetMs).toISOString()
    await page.getByLabel('From', { exact: true }).fill(today.slice(0, 10))
    await row(page, 'Removed member').waitFor({ state: 'detached' })
    await page.getByLabel('To', { exact: true }).fill(today.slice(0, 10))
    await row(page, 'Updated member').waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await row(page, 'Removed member').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  it('says when nothing fits, and shows all again', async () => {
    twoEntries()
    const page = await dashboard.open(`${PATH}?verb=transfer`)
    await page.getByText('No entry fits the filter').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await row(page, 'Updated member').waitFor()
  })

  it('ignores an address that is no filter', async () => {
    twoEntries()
    const page = await dashboard.open(`${PATH}?verb=NO VERB&from=yesterday`)
    await row(page, 'Updated member').waitFor()
  })
})

describe('the export', () => {
  it.each(['csv', 'ndjson'] as const)('is a %s file of what the filter shows', async (format) => {
    twoEntries()
    const page = await dashboard.open(`${PATH}?verb=create&from=2026-01-01`)
    const link = page.getByRole('link', { name: `Export as ${format.toUpperCase()}` })
    const href = new URL((await link.getAttribute('href')) ?? '', dashboard.url)
    expect(href.pathname).toBe('/api/audit/export')
    const query = AuditExportQuery.parse(Object.fromEntries(href.searchParams))
    expect(query).toMatchObject({ format, verb: 'create' })
    expect(new Date(query.from ?? '').getFullYear()).toBe(2026)
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    expect(download.suggestedFilename()).toBe(`audit-log.${format}`)
    expect(await download.failure()).toBeNull()
    await row(page, 'Created repository').waitFor()
  })
})

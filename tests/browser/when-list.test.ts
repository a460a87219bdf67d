import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aRepository, idOf, minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anAutomation, aSchedule, aWhen } from '../fakes/automation-data.ts'
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

const PATH = `/dashboard/automations/${idOf(801)}`
const REFUSED = 'provider.unauthorized: The service does not accept the credential'
const items = (page: Page) => page.getByRole('list', { name: 'Runs when' }).getByRole('listitem')
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Runs when…' })

const choose = async (page: Page, action: string) => {
  await page.getByRole('button', { name: 'Actions of GitHub: Issue labeled' }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

function fill() {
  dashboard.state.repositories.push(aRepository(900))
  dashboard.state.automations.all.push(anAutomation(801))
}

describe('what an automation runs on', () => {
  const when = () => dashboard.state.automations.when

  it('says how it is doing', async () => {
    fill()
    const integration = { id: idOf(501), displayName: 'Acme in Linear', status: 'expired' }
    const pollGroup = { id: idOf(1), lastPolledAt: minutesAgo(2), nextPollAt: minutesAgo(0), lastError: REFUSED }
    const polled = { provider: 'linear', eventType: 'issue_created', triggerType: 'polling', config: {} } as const
    when().push(
      aWhen(601, { pendingEventCount: 3, enabled: false }),
      aSchedule(602),
      aWhen(604, { ...polled, integration, pollGroup, pollingIntervalSeconds: 60 }),
      aWhen(605, { provider: 'manual', triggerType: 'manual', eventType: 'run_requested', enabled: false }),
    )
    const page = await dashboard.open(PATH)
    await items(page).filter({ hasText: 'GitHub' }).getByText('3 events waiting').waitFor()
    await items(page).filter({ hasText: 'GitHub' }).getByText('Off').waitFor()
    await items(page).filter({ hasText: 'Schedule' }).getByText('in 2 h').waitFor()
    for (const text of ['Polled every minute', '2 min ago', 'Linear no longer accepts this integration’s token.', 'Acme in Linear is expired']) {
      await items(page).filter({ hasText: 'Linear' }).getByText(text).waitFor()
    }
    expect(await items(page).count()).toBe(3)
    const deliveries = items(page).filter({ hasText: 'GitHub' }).getByRole('link', { name: 'Deliveries' })
    expect(await deliveries.getAttribute('href')).toContain(`/dashboard/deliveries?trigger=${idOf(601)}`)
    await items(page).getByRole('link', { name: 'Acme in Linear is expired' }).click()
    await page.getByRole('heading', { name: 'Integrations' }).waitFor()
  })

  it('is switched off, and deleted only after asking', async () => {
    fill()
    when().push(aWhen(601))
    const page = await dashboard.open(PATH)
    await page.getByRole('switch', { name: 'GitHub: Issue labeled on' }).click()
    await items(page).getByText('Off').waitFor()
    expect(when()[0]?.enabled).toBe(false)
    await choose(page, 'Delete…')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
    expect(when()).toHaveLength(1)
    const inUse = new ApiProblem(409, 'trigger.in_use', 'A run that it started has not ended; cancel it first')
    dashboard.state.fail(`/api/triggers/${idOf(601)}`, inUse, 1)
    for (const told of ['A run that it started has not ended', 'it runs only when somebody presses Run now']) {
      await choose(page, 'Delete…')
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
      await page.getByText(told).waitFor()
    }
    expect(when()).toEqual([])
  })

  it('is edited with what it is now, and tells when somebody else was faster', async () => {
    fill()
    when().push(aWhen(601))
    const page = await dashboard.open(PATH)
    await choose(page, 'Edit…')
    const dialog = dialogOf(page)
    await dialog.getByRole('button', { name: 'Remove agent' }).click()
    await dialog.getByLabel('Labels (optional)').fill('urgent,')
    expect(await dialog.getByRole('radio', { name: 'Linear' }).count()).toBe(0)
    Object.assign(when()[0] ?? {}, { config: { labels: ['theirs'] } })
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.getByRole('alert').getByText('Someone else just changed it.').waitFor()
    expect(when()[0]?.config).toEqual({ labels: ['theirs'] })
    await dialog.getByText('urgent', { exact: true }).waitFor()
    await dialog.getByRole('button', { name: 'Save mine all the same' }).click()
    await items(page).getByText('Labels: urgent').waitFor()
    const edits = dashboard.state.requestsTo('PATCH', `/api/triggers/${idOf(601)}`)
    const body = { eventType: 'issue_labeled', config: { labels: ['urgent'] }, filter: null, integrationId: null }
    expect(edits.at(-1)?.body).toEqual(body)
  })

  it('says when it cannot be listed', async () => {
    fill()
    dashboard.state.fail('/api/triggers', new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    const page = await dashboard.open(PATH)
    await page.getByRole('alert').getByText('What it runs on could not be loaded.').waitFor()
    dashboard.state.heal('/api/triggers')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('it runs only when somebody presses Run now').waitFor()
  })
})

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { idOf, minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anAutomation, anIntegration, aPollGroup, aWhen } from '../fakes/automation-data.ts'
import { GOOD_TOKEN } from '../fakes/automation-state.ts'
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

const PATH = '/dashboard/integrations'
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const connections = () => dashboard.state.automations.integrations
const choose = async (page: Page, action: string) => {
  await page.getByRole('button', { name: 'Actions of Acme in Linear' }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

describe('the connections', () => {
  it('are in the sidebar, each with how it is and whose account it stands for', async () => {
    connections().push(
      anIntegration(501),
      anIntegration(502, { integrationId: 'sentry', displayName: null, status: 'expired' }),
      anIntegration(503, { displayName: 'Busy', rateLimitedUntil: minutesAgo(-7.5) }),
      anIntegration(504, { displayName: 'Rested', rateLimitedUntil: minutesAgo(7) }),
    )
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Integrations' }).click()
    await row(page, 'Acme in Linear').getByText('Connected').waitFor()
    await row(page, 'Acme in Linear').getByText('acme-workspace').waitFor()
    await row(page, 'Sentry').getByText('Expired').waitFor()
    await row(page, 'Busy').getByText('Rate limit, 7 min left').waitFor()
    await row(page, 'Rested').getByText('Connected').waitFor()
    await expect.poll(() => page.title()).toBe('Integrations · Proliferate')
  })

  it('say when they are loading, when there are none, and when they cannot be listed', async () => {
    const answer = dashboard.state.hold('/api/integrations')
    const page = await dashboard.open(PATH)
    await page.getByRole('status').getByText('Loading integrations').waitFor({ state: 'attached' })
    answer()
    await page.getByText('Nothing is connected yet').waitFor()
    expect(await page.getByRole('button', { name: 'Connect' }).count()).toBe(1)
    dashboard.state.fail('/api/integrations', new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    await page.reload()
    await page.getByText('Integrations could not be loaded').waitFor()
  })

  it('are made with a credential, and say at its field that the service refuses it', async () => {
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Connect' }).click()
    const dialog = page.getByRole('dialog', { name: 'Connect a service' })
    const connect = dialog.getByRole('button', { name: 'Connect' })
    const token = dialog.getByLabel('Token')
    await token.fill('wrong')
    expect(await connect.isDisabled()).toBe(true)
    await dialog.getByRole('combobox', { name: 'Service' }).click()
    // PostHog takes no credential: what nobody tries must not seem connected.
    for (const absent of ['Schedule', 'Webhook', 'Manual', 'PostHog']) {
      expect(await page.getByRole('option', { name: absent, exact: true }).count()).toBe(0)
    }
    await page.getByRole('option', { name: 'Linear' }).click()
    await connect.click()
    await dialog.getByRole('alert').getByText('The service does not accept this credential').waitFor()
    expect(await token.getAttribute('aria-invalid')).toBe('true')
    expect(await token.getAttribute('type')).toBe('password')
    await token.fill(GOOD_TOKEN)
    await dialog.getByLabel('Name (optional)').fill('Ours')
    await connect.click()
    await row(page, 'Ours').getByText('Connected').waitFor()
    const body = { integrationId: 'linear', displayName: 'Ours', token: GOOD_TOKEN }
    expect(dashboard.state.requestsTo('POST', '/api/integrations').at(-1)?.body).toEqual(body)
    expect(await page.content()).not.toContain(GOOD_TOKEN)
  })

  it('say under the form what is not about the credential', async () => {
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Connect' }).click()
    const dialog = page.getByRole('dialog', { name: 'Connect a service' })
    await dialog.getByRole('combobox', { name: 'Service' }).click()
    await page.getByRole('option', { name: 'Linear' }).click()
    await dialog.getByLabel('Token').fill(GOOD_TOKEN)
    const there = new ApiProblem(409, 'integration.already_connected', 'The same connection is there already')
    dashboard.state.fail('/api/integrations', there, 1)
    await dialog.getByRole('button', { name: 'Connect' }).click()
    await dialog.getByRole('alert').getByText('The same connection is there already').waitFor()
    expect(await dialog.getByLabel('Token').getAttribute('aria-invalid')).toBe('false')
  })

  it('are renamed', async () => {
    connections().push(anIntegration(501))
    const page = await dashboard.open(PATH)
    await choose(page, 'Rename')
    const dialog = page.getByRole('dialog', { name: 'Rename' })
    await dialog.getByLabel('Name').fill('Lab')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row(page, 'Lab').waitFor()
    expect(connections()[0]?.displayName).toBe('Lab')
  })

  it('get a new credential, and are well again', async () => {
    connections().push(anIntegration(501, { status: 'expired' }))
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Reconnect Acme in Linear' }).click()
    const dialog = page.getByRole('dialog', { name: 'Reconnect Acme in Linear' })
    await dialog.getByLabel('Token').fill('wrong')
    await dialog.getByRole('button', { name: 'Replace token' }).click()
    await dialog.getByRole('alert').getByText('The service does not accept this credential').waitFor()
    await dialog.getByLabel('Token').fill(GOOD_TOKEN)
    await dialog.getByRole('button', { name: 'Replace token' }).click()
    await row(page, 'Acme in Linear').getByText('Connected').waitFor()
  })

  it('are ended only after it was said what is switched off', async () => {
    const polled = { provider: 'linear', eventType: 'issue_created', config: {}, integrationId: idOf(501) } as const
    connections().push(anIntegration(501))
    dashboard.state.automations.all.push(anAutomation(801), anAutomation(802, { name: 'Other' }))
    dashboard.state.automations.when.push(aWhen(601, polled), aWhen(602, { automationId: idOf(802) }))
    const page = await dashboard.open(PATH)
    await choose(page, 'Disconnect')
    const dialog = page.getByRole('dialog', { name: 'Disconnect Acme in Linear?' })
    const listed = dialog.getByRole('list', { name: 'Switched off' }).getByRole('listitem')
    await listed.getByText('Linear: Issue created').waitFor()
    expect(await listed.allTextContents()).toEqual(['Fix labelled issues · Linear: Issue created'])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(connections()).toHaveLength(1)
    await choose(page, 'Disconnect')
    await dialog.getByRole('button', { name: 'Disconnect' }).click()
    await page.getByText('Nothing is connected yet').waitFor()
    expect(dashboard.state.automations.when.map(({ enabled }) => enabled)).toEqual([false, true])
  })

  it.each(['viewer', 'member'] as const)('are only read by a %s', async (role) => {
    connections().push(anIntegration(501))
    dashboard.state.role = role
    const page = await dashboard.open(PATH)
    await row(page, 'Acme in Linear').waitFor()
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
  })
})

describe('the addresses of webhooks', () => {
  const endpoint = { id: idOf(701), provider: 'github' as const, path: '/webhooks/direct/github/x' }

  it('are listed, and get a new secret', async () => {
    dashboard.state.automations.endpoints.push({ ...endpoint, createdAt: minutesAgo(9) })
    const page = await dashboard.open(PATH)
    const row = page.getByRole('table', { name: 'Webhook addresses' }).getByRole('row').filter({ hasText: 'GitHub' })
    await row.getByText(`${dashboard.url}/webhooks/direct/github/x`).waitFor()
    await row.getByRole('button', { name: 'Copy address' }).waitFor()
    await row.getByRole('button', { name: 'New secret…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click()
    await page.getByRole('dialog').getByLabel('Secret', { exact: true }).waitFor()
  })

  it('get no new secret from members', async () => {
    dashboard.state.automations.endpoints.push({ ...endpoint, createdAt: minutesAgo(9) })
    dashboard.state.role = 'member'
    const page = await dashboard.open(PATH)
    await page.getByText(`${dashboard.url}/webhooks/direct/github/x`).waitFor()
    expect(await page.getByRole('button', { name: 'New secret…' }).count()).toBe(0)
  })
})

describe('polling', () => {
  it('shows how it goes: when last, when next, how often it failed and with what', async () => {
    connections().push(anIntegration(501))
    const failing = { consecutiveFailures: 3, lastError: 'provider.unauthorized: The service does not accept the credential' }
    dashboard.state.automations.pollGroups.push(
      aPollGroup(1, { triggerCount: 2, intervalSeconds: 300 }),
      aPollGroup(2, { ...failing, integrationName: null, provider: 'sentry' }),
      aPollGroup(3, { integrationName: 'Fresh', lastPolledAt: null }),
    )
    const page = await dashboard.open(PATH)
    const table = page.getByRole('table', { name: 'Polling status' })
    const asked = (name: string) => table.getByRole('row').filter({ hasText: name })
    await asked('Acme in Linear').getByText('every 5 minutes, for 2 automation events').waitFor()
    await asked('Acme in Linear').getByText('Healthy').waitFor()
    await asked('Acme in Linear').getByText(/^in \d+ s$/).waitFor()
    await asked('Sentry').getByText('3 failures').waitFor()
    await asked('Sentry').getByText('Sentry no longer accepts this integration’s token. Reconnect it.').waitFor()
    await asked('Fresh').getByText('Not yet').waitFor()
  })

  it('is not there while nothing is asked', async () => {
    connections().push(anIntegration(501))
    const page = await dashboard.open(PATH)
    await row(page, 'Acme in Linear').waitFor()
    await expect.poll(() => dashboard.state.requestsTo('GET', '/api/poll-groups').length).toBeGreaterThan(0)
    await expect.poll(() => page.getByRole('heading', { name: 'Polling' }).count()).toBe(0)
  })

  it('is looked at again every fifteen seconds', async () => {
    dashboard.state.automations.pollGroups.push(aPollGroup(1))
    const page = await dashboard.open('/sign-in', { signedIn: true })
    await page.clock.install()
    await page.goto(`${dashboard.url}${PATH}`)
    await page.getByText('Healthy').waitFor()
    Object.assign(dashboard.state.automations.pollGroups[0] ?? {}, { consecutiveFailures: 1, lastError: 'Away' })
    await page.clock.runFor(16_000)
    await page.getByText('1 failure').waitFor()
  })
})

it('fits a phone', async () => {
  connections().push(anIntegration(501, { displayName: 'aconnectionwithaverylongnamewithoutblanks'.repeat(2) }))
  dashboard.state.automations.pollGroups.push(aPollGroup(1, { consecutiveFailures: 2, lastError: 'x'.repeat(90) }))
  const page = await dashboard.open(PATH, { viewport: PHONE })
  await page.getByText('2 failures').waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
})

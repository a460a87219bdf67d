import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aDecision, aDelivery, aRepository, idOf, minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anAutomation, anIntegration, aWhen } from '../fakes/automation-data.ts'
import { PHONE, startDashboard, WIDE } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

const MINUTE_MS = 60_000

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

const AWAY = new ApiProblem(503, 'database.unavailable', 'The database cannot be reached')
const PATH = `/dashboard/automations/${idOf(801)}`
const items = (page: Page) => page.getByRole('list', { name: 'Runs when' }).getByRole('listitem')
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Runs when…' })
const sent = () => dashboard.state.requestsTo('POST', '/api/triggers').at(-1)?.body

function fill() {
  dashboard.state.repositories.push(aRepository(900))
  dashboard.state.automations.all.push(anAutomation(801))
}

/** The page of an automation with the dialog open. */
async function adding(options: Parameters<Dashboard['open']>[1] = {}) {
  fill()
  const page = await dashboard.open(PATH, options)
  await page.getByRole('button', { name: 'Add an event' }).click()
  const dialog = dialogOf(page)
  await dialog.getByRole('radio', { name: 'GitHub' }).waitFor()
  const choose = (name: string | RegExp) => dialog.getByRole('radio', { name, exact: true }).click()
  return { page, dialog, choose, add: dialog.getByRole('button', { name: 'Add', exact: true }) }
}

/** What shows a secret is closed by nothing but its own button. */
async function staysOpen(page: Page, dialog: Locator) {
  await page.mouse.click(4, 4)
  await page.keyboard.press('Escape')
  expect(await dialog.getByRole('button', { name: 'Close' }).count()).toBe(0)
  await dialog.getByLabel('Secret', { exact: true }).waitFor()
}

describe('the form', () => {
  it('is found by searching the events, and filled in with chips', async () => {
    const { page, dialog, choose, add } = await adding()
    expect(await add.isDisabled()).toBe(true)
    await choose('GitHub')
    await dialog.getByRole('searchbox', { name: 'Search events' }).fill('issue labeled')
    await choose(/^Issue labeled/)
    const labels = dialog.getByLabel('Labels (optional)')
    await labels.fill('agent')
    await labels.press('Enter')
    await labels.pressSequentially('bug,wip,')
    await dialog.getByRole('button', { name: 'Remove wip' }).click()
    await dialog.getByLabel('Repositories (optional)').fill('acme/text-tools')
    await add.click()
    await items(page).getByText('GitHub: Issue labeled').waitFor()
    await items(page).getByText('Labels: agent, bug').waitFor()
    const config = { labels: ['agent', 'bug'], repositories: ['acme/text-tools'] }
    const about = { automationId: idOf(801), provider: 'github', triggerType: 'webhook', eventType: 'issue_labeled' }
    expect(sent()).toEqual({ ...about, config, filter: null, integrationId: null })
  })

  it('offers choices, numbers by name and yes or no as the schema of the event asks for them', async () => {
    const { dialog, choose, add, page } = await adding()
    await choose('PostHog')
    await choose(/^Event received/)
    await dialog.getByRole('button', { name: 'Add a value' }).click()
    await dialog.getByLabel('Name 1').fill('plan')
    await dialog.getByLabel('Value 1').fill('pro')
    await dialog.getByRole('checkbox', { name: 'Require a signature or token' }).check()
    await add.click()
    await page.getByRole('dialog').getByRole('button', { name: 'I have copied it' }).click()
    expect(sent()).toMatchObject({ config: { properties: { plan: 'pro' }, requireSignatureVerification: true } })
  })

  it('forgets what another service asked for, and keeps what both events know', async () => {
    const { dialog, choose } = await adding()
    await choose('GitHub')
    await dialog.getByRole('searchbox', { name: 'Search events' }).fill('push')
    await choose('Linear')
    await choose(/^Issue: any action/)
    await dialog.getByLabel('Teams (optional)').fill('ENG,')
    await dialog.getByRole('checkbox', { name: 'urgent' }).check()
    await dialog.getByRole('checkbox', { name: 'remove' }).check()
    await dialog.getByRole('button', { name: 'Change the event, now Issue: any action' }).click()
    await choose(/^Issue created/)
    await dialog.getByText('ENG', { exact: true }).waitFor()
    expect(await dialog.getByRole('checkbox', { name: 'urgent' }).isChecked()).toBe(true)
    expect(await dialog.getByRole('checkbox', { name: 'remove' }).count()).toBe(0)
    await choose('Jira')
    await choose(/^Issue created/)
    expect(await dialog.getByText('ENG', { exact: true }).count()).toBe(0)
  })

  it('says at its field what the API does not take, and keeps what was written', async () => {
    const { dialog, choose, add } = await adding()
    await choose('Slack')
    await choose(/^App mentioned/)
    const channels = dialog.getByLabel('Channels (optional)')
    await channels.fill('general,')
    await add.click()
    await dialog.getByRole('alert').filter({ hasText: 'the id of a channel' }).waitFor()
    expect(await channels.getAttribute('aria-invalid')).toBe('true')
    expect(await dialog.getByLabel('Keywords (optional)').getAttribute('aria-invalid')).toBe('false')
    await dialog.getByRole('button', { name: 'Remove general' }).click()
    await channels.fill('C012345')
    await add.click()
    await dialog.waitFor({ state: 'detached' })
  })

  it('says what is about no field under the form, and sends the same again once', async () => {
    const { dialog, choose, add } = await adding()
    await choose('Slack')
    await choose(/^App mentioned/)
    const conflict = new ApiProblem(409, 'integration.not_active', 'The integration is not active; connect it again')
    dashboard.state.fail('/api/triggers', conflict, 1)
    await add.click()
    await dialog.getByRole('alert').getByText('The integration is not active').waitFor()
    await add.click()
    await dialog.waitFor({ state: 'detached' })
    const [first, second] = dashboard.state.requestsTo('POST', '/api/triggers')
    expect(first?.idempotencyKey).toBe(second?.idempotencyKey)
  })

  it('says when there is nothing to choose from, and tries again', async () => {
    fill()
    dashboard.state.fail('/api/integrations', new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Add an event' }).click()
    await dialogOf(page).getByRole('alert').getByText('could not be loaded').waitFor()
    dashboard.state.heal('/api/integrations')
    await dialogOf(page).getByRole('button', { name: 'Try again' }).click()
    await dialogOf(page).getByRole('radio', { name: 'GitHub' }).waitFor()
  })
})

describe('the list of events', () => {
  it('makes room for the form once one is chosen, and for a pointer only', async () => {
    const { page, dialog, choose, add } = await adding()
    for (const heading of ['Where it happens', 'What happens']) {
      if (heading === 'What happens') await choose('Linear')
      await dialog.getByRole('heading', { name: heading }).waitFor()
    }
    const events = dialog.getByRole('radiogroup', { name: 'What happens' })
    await events.getByRole('radio').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await dialog.getByRole('heading', { name: 'How it is noticed' }).waitFor()
    await events.getByRole('radio').nth(1).click()
    await events.waitFor({ state: 'detached' })
    const end = await add.boundingBox()
    expect((end?.y ?? 9_999) + (end?.height ?? 0)).toBeLessThan(WIDE.height)
    await dialog.getByRole('button', { name: /^Change the event/ }).click()
    await events.waitFor()
  })
})

describe('what is polled', () => {
  it('needs a connection, and leads to where one is made', async () => {
    const { dialog, choose, page } = await adding()
    await choose('Linear')
    await choose(/^Issue created/)
    await choose(/^Polling/)
    await dialog.getByRole('link', { name: 'Integrations' }).click()
    await page.getByRole('heading', { name: 'Integrations' }).waitFor()
  })

  it('says at the connection that one is missing', async () => {
    dashboard.state.automations.integrations.push(anIntegration(501))
    const { dialog, choose, add } = await adding()
    await choose('Linear')
    await choose(/^Issue created/)
    await choose(/^Polling/)
    await add.click()
    await dialog.getByRole('alert').getByText('takes a connected integration').waitFor()
  })

  it('is asked through the chosen connection, as often as was said', async () => {
    dashboard.state.automations.integrations.push(anIntegration(501), anIntegration(502, { displayName: 'Lab' }))
    const { dialog, choose, add, page } = await adding()
    await choose('Linear')
    await choose(/^Issue created/)
    await choose(/^Polling/)
    await dialog.getByRole('combobox', { name: 'Integration' }).click()
    await page.getByRole('option', { name: 'Lab' }).click()
    await dialog.getByLabel('Polling interval in seconds').fill('300')
    await add.click()
    await items(page).getByText('Polled every 5 minutes').waitFor()
    expect(sent()).toMatchObject({ triggerType: 'polling', integrationId: idOf(502), pollingIntervalSeconds: 300 })
  })
})

describe('a schedule', () => {
  it('is chosen from usual times, and shows the next five in its zone', async () => {
    const { dialog, choose, add, page } = await adding()
    await choose('Schedule')
    await dialog.getByRole('combobox', { name: 'How often' }).click()
    await page.getByRole('option', { name: 'Every day at 9:00' }).click()
    await dialog.getByLabel('Time zone').fill('Asia/Tokyo')
    const next = dialog.getByRole('region', { name: 'Next times' })
    await next.getByText('Next times (Asia/Tokyo)').waitFor()
    await expect.poll(() => next.getByRole('listitem').count()).toBe(5)
    expect(await next.getByRole('listitem').first().textContent()).toContain('09:00')
    await add.click()
    await items(page).getByText('Schedule: Every day at 9:00').waitFor()
    expect(sent()).toMatchObject({ config: { cronExpression: '0 9 * * *', timezone: 'Asia/Tokyo' } })
  })

  it('asks for a preview once the typing has paused', async () => {
    const { page, dialog, choose } = await adding()
    await choose('Schedule')
    const next = dialog.getByRole('region', { name: 'Next times' })
    await expect.poll(() => next.getByRole('listitem').count()).toBe(5)
    const asked = () => dashboard.state.requestsTo('POST', '/api/schedules/preview').length
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + MINUTE_MS)
    const told = () => page.evaluate(() => fetch('/api/auth-options').then(() => undefined))
    // What the page asked by now has come before this.
    await told()
    const before = asked()
    await dialog.getByLabel('Cron expression').fill('')
    await dialog.getByLabel('Cron expression').pressSequentially('15 4 * * *')
    await told()
    expect(asked()).toBe(before)
    await page.clock.resume()
    await expect.poll(() => next.getByText('04:15').count()).toBe(5)
    expect(asked() - before).toBeLessThan(3)
  })

  it('says at the expression and at the zone why they cannot be read', async () => {
    const { dialog, choose } = await adding()
    await choose('Schedule')
    await dialog.getByLabel('Cron expression').fill('0 9 * *')
    await dialog.getByLabel('Time zone').fill('Nowhere/Land')
    await dialog.getByRole('alert').getByText('has 4 instead of five fields').waitFor()
    await dialog.getByRole('alert').getByText('there is no time zone Nowhere/Land').waitFor()
    expect(await dialog.getByLabel('Cron expression').getAttribute('aria-invalid')).toBe('true')
  })
})

describe('a filter', () => {
  it('is built from conditions and groups', async () => {
    const { dialog, choose, add, page } = await adding()
    await choose('Slack')
    await choose(/^App mentioned/)
    await dialog.getByRole('button', { name: 'Add a condition' }).click()
    await dialog.getByLabel('Where in the event').fill('context.slack.user')
    await dialog.getByLabel('Value', { exact: true }).fill('U1')
    await dialog.getByRole('button', { name: 'Add a group' }).click()
    const group = dialog.getByRole('group', { name: 'Group' }).last()
    await group.getByLabel('Where in the event').fill('title')
    await group.getByRole('combobox', { name: 'Operator' }).click()
    await page.getByRole('option', { name: 'does not contain' }).click()
    await group.getByLabel('Value', { exact: true }).fill('ignore')
    await dialog.getByRole('combobox', { name: 'How they go together' }).first().click()
    await page.getByRole('option', { name: 'Any of these' }).click()
    await add.click()
    await items(page).getByText('context.slack.user is U1 or title does not contain ignore').waitFor()
    const clauses = [
      { op: 'eq', path: 'context.slack.user', value: 'U1' },
      { op: 'not', filter: { op: 'contains', path: 'title', value: 'ignore' } },
    ]
    expect(sent()).toMatchObject({ filter: { op: 'or', filters: clauses } })
  })

  it('suggests the paths of the newest event that came', async () => {
    const outcome = { events: 1, matched: 0, created: 0, duplicates: 0, reason: null, decisions: [] }
    dashboard.state.deliveries.push(aDelivery(301, { outcome }))
    const names = { provider: 'github', eventType: 'push', providerEventType: 'push', title: 'Push', url: null }
    const event = { ...names, occurredAt: minutesAgo(1), dedupKey: 'k', context: { github: { branch: 'main' } } }
    dashboard.state.automations.verdict = { events: [event], reason: null, isIncomplete: false, decisions: [] }
    const { dialog, choose } = await adding()
    await choose('GitHub')
    await choose(/^Push/)
    await dialog.getByRole('button', { name: 'Add a condition' }).click()
    await dialog.locator('#event-paths option[value="context.github.branch"]').waitFor({ state: 'attached' })
    expect(await dialog.getByLabel('Where in the event').getAttribute('list')).toBe('event-paths')
  })

  it('is written as JSON, and back, and says what is wrong with it', async () => {
    const { dialog, choose, add } = await adding()
    await choose('Slack')
    await choose(/^App mentioned/)
    await dialog.getByRole('button', { name: 'Write as JSON' }).click()
    await dialog.getByLabel('Filter as JSON').fill('{ "op": ')
    await dialog.getByRole('alert').getByText('This is not valid JSON').waitFor()
    expect(await dialog.getByRole('button', { name: 'Use the builder' }).isDisabled()).toBe(true)
    await add.click()
    expect(dashboard.state.requestsTo('POST', '/api/triggers')).toEqual([])
    await dialog.getByLabel('Filter as JSON').fill('{ "op": "exists", "path": "url" }')
    await dialog.getByRole('button', { name: 'Use the builder' }).click()
    expect(await dialog.getByLabel('Where in the event').inputValue()).toBe('url')
    await add.click()
    await dialog.waitFor({ state: 'detached' })
    expect(sent()).toMatchObject({ filter: { op: 'exists', path: 'url' } })
  })
})

describe('an address', () => {
  it('of its own is shown with its secret once, and copied', async () => {
    const { page, choose, add } = await adding()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await choose('Webhook')
    await add.click()
    const made = page.getByRole('dialog', { name: 'Webhook URL created' })
    const address = await made.getByLabel('Address', { exact: true }).textContent()
    const secret = await made.getByLabel('Secret', { exact: true }).textContent()
    await staysOpen(page, made)
    expect(address).toMatch(new RegExp(`^${dashboard.url}/webhooks/direct/custom/`))
    await made.getByRole('button', { name: 'Copy secret' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
    await made.getByRole('button', { name: 'I have copied it' }).click()
    await items(page).getByText(address ?? 'none').waitFor()
    expect(await page.content()).not.toContain(secret)
  })

  it('of the organization is made on the way, and its secret shown once', async () => {
    const { dialog, choose, page } = await adding()
    await choose('GitHub')
    await choose(/^Push/)
    await dialog.getByRole('button', { name: 'Create address' }).click()
    const made = page.getByRole('dialog', { name: 'Webhook URL created' })
    const secret = made.getByLabel('Secret', { exact: true })
    await secret.waitFor()
    expect(await made.getByLabel('Address', { exact: true }).textContent()).toContain('/webhooks/direct/github/')
    expect(dashboard.state.requestsTo('POST', '/api/webhook-endpoints')[0]?.body).toEqual({ provider: 'github' })
    await staysOpen(page, made)
    const text = await secret.textContent()
    await made.getByRole('button', { name: 'I have copied it' }).click()
    await dialog.getByText('Your GitHub address').waitFor()
    expect(await page.content()).not.toContain(text)
  })

  it('gets a new secret, the old one being good for as long as was chosen', async () => {
    const endpoint = { id: idOf(701), provider: 'github' as const, path: '/webhooks/direct/github/x' }
    dashboard.state.automations.endpoints.push({ ...endpoint, createdAt: minutesAgo(9) })
    const { dialog, choose, page } = await adding()
    await choose('GitHub')
    await choose(/^Push/)
    await dialog.getByRole('button', { name: 'New secret…' }).click()
    const rotating = page.getByRole('dialog', { name: 'New secret' })
    await rotating.getByRole('combobox', { name: 'The old secret works' }).click()
    await page.getByRole('option', { name: 'For an hour more' }).click()
    await rotating.getByRole('button', { name: 'Make a new secret' }).click()
    await rotating.getByLabel('Secret', { exact: true }).waitFor()
    await staysOpen(page, rotating)
    const [rotated] = dashboard.state.requestsTo('POST', `/api/webhook-endpoints/${idOf(701)}/rotate`)
    expect(rotated?.body).toEqual({ overlapSeconds: 3_600 })
    await rotating.getByRole('button', { name: 'I have copied it' }).click()
    await dialog.getByRole('button', { name: 'New secret…' }).click()
    await rotating.getByRole('button', { name: 'Make a new secret' }).waitFor()
    expect(await rotating.getByLabel('Secret', { exact: true }).count()).toBe(0)
  })

  it('is for admins to make: a member reads that there is none', async () => {
    dashboard.state.role = 'member'
    const { dialog, choose } = await adding()
    await choose('GitHub')
    await choose(/^Push/)
    await dialog.getByText('An admin can make one.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Create address' }).count()).toBe(0)
  })
})

describe('trying it', () => {
  const about = { eventTitle: 'Issue #42 labeled agent', eventType: 'issue_labeled', dedupKey: 'k' }

  it('says of a recent delivery what would happen and why, before anything is saved', async () => {
    const decisions = [aDecision({ eventTitle: 'Issue #42 labeled agent' })]
    const outcome = { events: 1, matched: 0, created: 0, duplicates: 0, reason: null, decisions }
    dashboard.state.deliveries.push(aDelivery(301, { outcome }))
    const matched = { ...about, decision: 'matched' as const, reason: null }
    const missed = { ...about, decision: 'not_matched' as const, reason: 'label bug is missing' }
    dashboard.state.automations.verdict = { events: [], reason: null, isIncomplete: true, decisions: [matched, missed] }
    const { dialog, choose, page } = await adding()
    await choose('GitHub')
    await choose(/^Push/)
    await dialog.getByText('Try it').first().click()
    await dialog.getByRole('combobox', { name: 'Delivery' }).click()
    await page.getByRole('option', { name: /Issue #42 labeled agent/ }).click()
    await dialog.getByRole('button', { name: 'Try it' }).click()
    const result = dialog.getByRole('region', { name: 'Result' })
    await result.getByText('It would run', { exact: true }).waitFor()
    await result.getByText('label bug is missing').waitFor()
    await result.getByText('filters on them fail here').waitFor()
    const draft = { provider: 'github', eventType: 'push', config: {}, filter: null }
    const asked = dashboard.state.requestsTo('POST', '/api/triggers/test')[0]?.body
    expect(asked).toEqual({ ...draft, source: { deliveryId: idOf(301) } })
    expect(dashboard.state.requestsTo('POST', '/api/triggers')).toEqual([])
  })

  it('takes a payload with headers for what is saved, and says where it cannot be read', async () => {
    fill()
    dashboard.state.automations.when.push(aWhen(601))
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Try it' }).click()
    const dialog = page.getByRole('dialog', { name: 'Try it' })
    const payload = dialog.getByRole('textbox', { name: 'Payload' })
    await dialog.getByText('Nothing was delivered yet.').waitFor()
    await dialog.getByRole('radio', { name: 'A payload' }).check()
    await payload.fill('{ "action": ')
    await dialog.getByRole('alert').getByText('This is not valid JSON').waitFor()
    await payload.fill('{ "action": "labeled" }')
    await dialog.getByLabel('Headers (optional)').fill('x-github-event')
    await dialog.getByRole('alert').getByText('Write “name: value” on each line').waitFor()
    await dialog.getByLabel('Headers (optional)').fill('X-GitHub-Event: issues')
    dashboard.state.fail(`/api/triggers/${idOf(601)}/test`, AWAY, 1)
    await dialog.getByRole('button', { name: 'Try it' }).click()
    await dialog.getByRole('alert').getByText('The database cannot be reached').waitFor()
    await dialog.getByRole('button', { name: 'Try it' }).click()
    await dialog.getByText('There is no event in this. Nothing to do: events of this kind start no runs.').waitFor()
    const source = { payload: { action: 'labeled' }, headers: { 'x-github-event': 'issues' } }
    expect(dashboard.state.requestsTo('POST', `/api/triggers/${idOf(601)}/test`).at(-1)?.body).toEqual({ source })
  })
})

it('fits a phone, with a group in the filter', async () => {
  const { dialog, choose, page } = await adding({ viewport: PHONE })
  await choose('GitHub')
  await choose(/^Push/)
  await dialog.getByRole('button', { name: 'Add a group' }).click()
  const box = await dialog.getByRole('button', { name: 'Remove condition' }).boundingBox()
  expect((box?.x ?? 999) + (box?.width ?? 0)).toBeLessThanOrEqual(PHONE.width)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
})

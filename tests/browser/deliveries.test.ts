import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { anAutomation, aWhen } from '../fakes/automation-data.ts'
import { aDecision, aDelivery, idOf } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { fourDeliveries, STARTED } from '../fakes/delivery-data.ts'
import { PHONE, startDashboard } from './dashboard.ts'
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

const PATH = '/dashboard/deliveries'
const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

async function choose(page: Page, name: string, option: string) {
  await page.getByRole('combobox', { name, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams)

describe('the list of deliveries', () => {
  it('says who sent what, what it was about and what became of it', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(PATH)
    for (const text of ['GitHub', 'Issue #42 opened', 'Started 1 run', 'min ago']) {
      await row(page, 'Started 1 run').getByText(text).filter({ visible: true }).first().waitFor()
    }
    await row(page, 'issue_comment').getByText('No run: label agent is missing').filter({ visible: true }).waitFor()
    await row(page, 'push').getByText('The body is not valid JSON').filter({ visible: true }).waitFor()
    await row(page, 'Linear').getByText('No automation listens').filter({ visible: true }).waitFor()
  })

  it('marks replays', async () => {
    dashboard.state.deliveries.push(aDelivery(302, { ingress: 'replay', replayOf: idOf(301) }), aDelivery(301))
    const page = await dashboard.open(PATH)
    await page.getByRole('row').nth(1).getByText('Replay', { exact: true }).waitFor()
    expect(await page.getByRole('row').nth(2).getByText('Replay', { exact: true }).count()).toBe(0)
  })

  it('tells how to send the first webhook', async () => {
    const page = await dashboard.open(PATH)
    await page.getByText('Nothing was delivered yet').waitFor()
    const steps = page.getByRole('list', { name: 'How to send the first webhook' }).getByRole('listitem')
    expect(await steps.allTextContents()).toEqual([
      expect.stringContaining('webhook address'),
      expect.stringContaining('webhook settings'),
      expect.stringContaining('test delivery'),
    ])
  })

  it('shows the same on a phone, without the columns that do not fit', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(PATH, { viewport: PHONE })
    await row(page, 'push').getByText('The body is not valid JSON').filter({ visible: true }).waitFor()
    expect(await page.getByRole('columnheader', { name: 'About' }).isVisible()).toBe(false)
    await row(page, 'Started 1 run').getByText('Issue #42 opened').filter({ visible: true }).waitFor()
    const service = page.getByRole('combobox', { name: 'Service' })
    expect(await service.isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Filters', expanded: false }).click()
    await service.waitFor()
  })
})

describe('the filter of deliveries', () => {
  it('narrows by result, service, event and status, and stands in the address', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(PATH)
    await choose(page, 'Service', 'GitHub')
    await row(page, 'Linear').waitFor({ state: 'detached' })
    await choose(page, 'Result', 'Failed')
    await row(page, 'Started 1 run').waitFor({ state: 'detached' })
    await choose(page, 'Status', 'Failed')
    await choose(page, 'Event', 'push')
    await row(page, 'push').waitFor()
    expect(searchOf(page)).toEqual({ provider: 'github', result: 'failed', status: 'failed', event: 'push' })
    await page.getByText('4 filters').waitFor()
    await page.reload()
    await row(page, 'push').waitFor()
    expect(await page.getByRole('combobox', { name: 'Service' }).textContent()).toBe('GitHub')
    await page.getByRole('button', { name: 'Clear all' }).click()
    await row(page, 'Linear').waitFor()
    expect(searchOf(page)).toEqual({})
    expect(await page.getByRole('button', { name: 'Clear all' }).count()).toBe(0)
  })

  it('narrows to a stretch of time', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(PATH)
    await choose(page, 'Time', 'Last 24 hours')
    await row(page, 'Linear').waitFor({ state: 'detached' })
    await row(page, 'push').waitFor()
    expect(searchOf(page)).toEqual({ last: '24h' })
    await choose(page, 'Time', 'Between…')
    await row(page, 'push').waitFor()
    await page.getByLabel('From', { exact: true }).fill('2020-01-01T00:00')
    await page.getByLabel('To', { exact: true }).fill('2020-01-02T00:00')
    await page.getByText('No delivery fits the filter').waitFor()
    expect(searchOf(page)).toEqual({ from: '2020-01-01T00:00', to: '2020-01-02T00:00' })
    await page.getByText('1 filter', { exact: true }).waitFor()
    await choose(page, 'Time', 'Any time')
    await row(page, 'Linear').waitFor()
  })

  it('looks for a text once the typing pauses', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(PATH)
    await row(page, 'Linear').waitFor()
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + MINUTE_MS)
    const told = () => page.evaluate(() => fetch('/api/auth-options').then(() => undefined))
    // What the page asked by now has come before this.
    await told()
    const before = dashboard.state.requestsTo('GET', '/api/deliveries').length
    await page.getByRole('searchbox', { name: 'Search deliveries' }).pressSequentially('issue_comment')
    await told()
    expect(dashboard.state.requestsTo('GET', '/api/deliveries').length).toBe(before)
    await page.clock.resume()
    await row(page, 'push').waitFor({ state: 'detached' })
    await row(page, 'issue_comment').waitFor()
    expect(searchOf(page)).toEqual({ q: 'issue_comment' })
    const after = dashboard.state.requestsTo('GET', '/api/deliveries').length
    expect(after - before).toBeLessThanOrEqual(3)
    await page.getByRole('button', { name: 'Clear all' }).click()
    await row(page, 'push').waitFor()
    expect(await page.getByRole('searchbox', { name: 'Search deliveries' }).inputValue()).toBe('')
  })

  it('names the automation that it is narrowed to, and lets go of it', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(`${PATH}?trigger=${idOf(601)}`)
    await row(page, 'Linear').waitFor({ state: 'detached' })
    await page.getByText('Automation: Fix labelled issues').waitFor()
    await page.getByRole('button', { name: 'Show deliveries of all automations' }).click()
    await row(page, 'Linear').waitFor()
    expect(searchOf(page)).toEqual({})
  })

  it('names it also when nothing was delivered to it, or it was removed', async () => {
    const { automations } = dashboard.state
    automations.all.push(anAutomation(801, { name: 'Review pull requests' }))
    automations.when.push(aWhen(602))
    const page = await dashboard.open(`${PATH}?trigger=${idOf(602)}`)
    await page.getByText('Automation: Review pull requests').waitFor()
    await page.goto(`${dashboard.url}${PATH}?trigger=${idOf(603)}`)
    await page.getByText('Automation: removed').waitFor()
  })

  it('offers no time after which nothing is kept', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(PATH)
    await page.getByRole('combobox', { name: 'Time' }).click()
    await page.getByRole('option', { name: 'Last 7 days' }).waitFor()
    expect(await page.getByRole('option', { name: 'Last 30 days' }).count()).toBe(0)
  })

  it('says when nothing fits, and shows all again', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(`${PATH}?result=duplicate`)
    await page.getByText('No delivery fits the filter').waitFor()
    expect(await page.getByText('Nothing was delivered yet').count()).toBe(0)
    await page.getByRole('button', { name: 'Clear all' }).last().click()
    await row(page, 'Linear').waitFor()
  })

  it('ignores an address that is no filter', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(`${PATH}?status=odd&provider=nobody&from=yesterday&last=2y`)
    await row(page, 'Linear').waitFor()
  })
})

describe('the list while somebody looks at it', () => {
  /** The list in a page whose clock the test moves. */
  async function openList(): Promise<Page> {
    const page = await dashboard.open(PATH)
    await page.clock.install()
    await page.reload()
    return page
  }

  it('tells how many came, and moves nothing until asked', async () => {
    for (let n = 1; n <= 60; n += 1) dashboard.state.deliveries.push(aDelivery(300 + n, { eventType: `event-${n}` }))
    const page = await openList()
    await page.getByRole('link', { name: 'event-60' }).waitFor()
    await page.getByRole('link', { name: 'event-20' }).scrollIntoViewIfNeeded()
    const place = async () => (await page.getByRole('link', { name: 'event-20' }).boundingBox())?.y
    const before = await place()
    dashboard.state.deliveries.push(aDelivery(401, { eventType: 'event-61' }), aDelivery(402, { eventType: 'event-62' }))
    await page.clock.runFor(11_000)
    const told = page.getByRole('button', { name: '2 new deliveries' })
    await told.waitFor()
    expect(await place()).toBe(before)
    expect(await page.getByRole('link', { name: 'event-62' }).count()).toBe(0)
    await told.click()
    await page.getByRole('link', { name: 'event-62' }).waitFor()
    await told.waitFor({ state: 'detached' })
    expect(await page.getByRole('row').nth(1).textContent()).toContain('event-62')
  })

  it('follows what the shown rows become', async () => {
    const waiting = aDelivery(301, { status: 'queued', outcome: null, processedAt: null })
    dashboard.state.deliveries.push(waiting)
    const page = await openList()
    await row(page, 'Waiting to be processed').waitFor()
    Object.assign(waiting, { status: 'completed', outcome: STARTED })
    await page.clock.runFor(11_000)
    await row(page, 'Started 1 run').waitFor()
    expect(await page.getByRole('button', { name: /new deliver/ }).count()).toBe(0)
  })

  it('shows the first one at once', async () => {
    const page = await openList()
    await page.getByText('Nothing was delivered yet').waitFor()
    dashboard.state.deliveries.push(aDelivery(301))
    // Again, because the clock of the page may have been moved before it first asked.
    await expect
      .poll(async () => {
        await page.clock.runFor(11_000)
        return row(page, 'issues').count()
      })
      .toBe(1)
    expect(await page.getByRole('button', { name: /new deliver/ }).count()).toBe(0)
  })
})

describe('a delivery', () => {
  it('tells why each automation did or did not start a run', async () => {
    const decisions = [
      aDecision({ decision: 'matched', reason: null, runId: idOf(201) }),
      aDecision({ automationName: 'Review pull requests', reason: 'the event is not a pull request' }),
    ]
    const runs = [{ id: idOf(201), status: 'running' as const, triggerId: idOf(601), title: 'Issue #42 opened' }]
    dashboard.state.deliveries.push(aDelivery(301, { outcome: { ...STARTED, decisions }, runs }))
    const page = await dashboard.open(`${PATH}/${idOf(301)}`)
    const rows = page.getByRole('list', { name: 'Decisions' }).getByRole('listitem')
    await rows.filter({ hasText: 'Fix labelled issues' }).getByText('Matched').waitFor()
    await rows.filter({ hasText: 'Review pull requests' }).getByText('the event is not a pull request').waitFor()
    const automation = rows.getByRole('link', { name: 'Fix labelled issues' })
    expect(await automation.getAttribute('href')).toBe(`/dashboard/automations/${idOf(801)}`)
    expect(await rows.getByRole('link', { name: 'View run' }).getAttribute('href')).toContain(idOf(201))
    await rows.first().getByText('Running').waitFor()
    // The run and what it is about are told once.
    expect(await page.getByRole('list', { name: 'Runs', exact: true }).count()).toBe(0)
    expect(await page.getByText(aDecision().eventTitle).count()).toBe(1)
    expect(await page.getByLabel('Headers').textContent()).toContain('x-github-event: issues')
  })

  it('tells how it came, why it was believed, whose it is, and when it is tried again', async () => {
    const nextAttemptAt = new Date(Date.now() + 60_000).toISOString()
    dashboard.state.deliveries.push(
      aDelivery(301, {
        ingress: 'app',
        status: 'queued',
        attempt: 2,
        error: 'hydrate_failed',
        outcome: null,
        processedAt: null,
        nextAttemptAt,
        verification: 'previous_secret',
        identity: { kind: 'integration', value: '4711', integrationId: idOf(720) },
      }),
    )
    const page = await dashboard.open(`${PATH}/${idOf(301)}`)
    for (const text of [
      'At the app’s webhook address',
      'Signed with the secret from before the last rotation',
      'A connection, by the id it carries',
      '4711',
      'Next attempt',
      'Will be tried again: The service did not answer when it was asked for details',
    ]) {
      await page.getByText(text, { exact: true }).waitFor()
    }
  })

  it('of which the body is no JSON says so', async () => {
    const nothing = { outcome: null, payload: null, headers: {} }
    dashboard.state.deliveries.push(aDelivery(303, { status: 'failed', error: 'invalid_json', ...nothing }))
    const page = await dashboard.open(`${PATH}/${idOf(303)}`)
    await page.getByText('The body is not JSON, or too large to show here.').waitFor()
    await page.getByText('No headers were kept.').waitFor()
  })

  it('says what went wrong while it was loaded, and tries again', async () => {
    dashboard.state.deliveries.push(aDelivery(301))
    const path = `/api/deliveries/${idOf(301)}`
    dashboard.state.fail(path, new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    const page = await dashboard.open(`${PATH}/${idOf(301)}`)
    await page.getByRole('alert').getByText('The delivery could not be loaded').waitFor()
    dashboard.state.heal(path)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'GitHub issues' }).waitFor()
  })
})

describe('the payload', () => {
  const payload = {
    action: 'opened',
    issue: { title: 'Slugify keeps accents', labels: [{ name: 'bug' }, { name: 'agent' }] },
    lines: Array.from({ length: 150 }, (_, index) => `line ${index}`),
  }

  async function openPayload(): Promise<{ page: Page; tree: ReturnType<Page['getByRole']> }> {
    dashboard.state.deliveries.push(aDelivery(301, { payload }))
    const page = await dashboard.open(`${PATH}/${idOf(301)}`, { permissions: ['clipboard-read', 'clipboard-write'] })
    const tree = page.getByRole('list', { name: 'Payload' })
    await tree.waitFor()
    return { page, tree }
  }

  it('opens and closes', async () => {
    const { page, tree } = await openPayload()
    await tree.getByText('"Slugify keeps accents"').waitFor()
    expect(await tree.getByText('"agent"').count()).toBe(0)
    const labels = tree.getByRole('button', { name: 'labels: [', expanded: false })
    await labels.click()
    await tree.getByRole('button', { name: '1: { 1 key }' }).click()
    await tree.getByText('"agent"').waitFor()
    await page.getByRole('button', { name: 'Close all' }).click()
    await tree.getByText('{ 3 keys }').waitFor()
    await page.getByRole('button', { name: 'Open all' }).click()
    await tree.getByText('"agent"').waitFor()
  })

  it('shows a long list in parts', async () => {
    const { tree } = await openPayload()
    await tree.getByText('"line 99"').waitFor()
    expect(await tree.getByText('"line 100"').count()).toBe(0)
    await tree.getByRole('button', { name: 'Show more of 50 left' }).click()
    await tree.getByText('"line 149"').waitFor()
  })

  it('is searched, and goes from hit to hit', async () => {
    const { page, tree } = await openPayload()
    const field = page.getByRole('searchbox', { name: 'Search in payload' })
    await field.fill('NAME')
    await page.getByText('1 of 2').waitFor()
    await tree.getByText('"agent"').waitFor()
    expect(await tree.locator('[aria-current]').textContent()).toContain('"bug"')
    await field.press('Enter')
    await page.getByText('2 of 2').waitFor()
    expect(await tree.locator('[aria-current]').textContent()).toContain('"agent"')
    await page.getByRole('button', { name: 'Previous hit' }).click()
    await page.getByText('1 of 2').waitFor()
    await field.fill('line 149')
    await tree.getByText('"line 149"').waitFor()
    await field.fill('nowhere')
    await page.getByText('Nothing found').waitFor()
  })

  it('is copied, whole and in parts', async () => {
    const { page, tree } = await openPayload()
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
    await page.getByRole('button', { name: 'Copy payload' }).first().click()
    await expect.poll(clipboard).toBe(JSON.stringify(payload, null, 2))
    await tree.getByText('"Slugify keeps accents"').hover()
    await tree.getByRole('button', { name: 'Copy issue.title' }).click()
    await expect.poll(clipboard).toBe('Slugify keeps accents')
  })
})

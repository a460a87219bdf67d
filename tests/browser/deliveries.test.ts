import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aDecision, aDelivery, idOf, minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem, REQUEST_ID } from '../fakes/api-state.ts'
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

const PATH = '/dashboard/deliveries'
const STARTED = { events: 1, matched: 1, created: 1, duplicates: 0, reason: null, decisions: [] }
const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

async function choose(page: Page, name: string, option: string) {
  await page.getByRole('combobox', { name, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams)

/** One that started a run, one that matched nothing, one that failed, one of another service. */
function fourDeliveries() {
  const decisions = [aDecision()]
  dashboard.state.deliveries.push(
    aDelivery(304, { outcome: { ...STARTED, decisions: [aDecision({ decision: 'matched', reason: null })] } }),
    aDelivery(303, { outcome: { ...STARTED, matched: 0, created: 0, decisions }, eventType: 'issue_comment' }),
    aDelivery(302, { status: 'failed', error: 'invalid_json', outcome: null, payload: null, eventType: 'push' }),
    aDelivery(301, { provider: 'linear', eventType: 'Issue', receivedAt: minutesAgo(3 * 1_440) }),
  )
}

describe('the list of deliveries', () => {
  it('says who sent what, what it was about and what became of it', async () => {
    fourDeliveries()
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
    fourDeliveries()
    const page = await dashboard.open(PATH, { viewport: PHONE })
    await row(page, 'push').getByText('The body is not valid JSON').filter({ visible: true }).waitFor()
    expect(await page.getByRole('columnheader', { name: 'About' }).isVisible()).toBe(false)
  })
})

describe('the filter of deliveries', () => {
  it('narrows by result, provider, event and status, and stands in the address', async () => {
    fourDeliveries()
    const page = await dashboard.open(PATH)
    await choose(page, 'Provider', 'GitHub')
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
    expect(await page.getByRole('combobox', { name: 'Provider' }).textContent()).toBe('GitHub')
    await page.getByRole('button', { name: 'Clear all' }).click()
    await row(page, 'Linear').waitFor()
    expect(searchOf(page)).toEqual({})
    expect(await page.getByRole('button', { name: 'Clear all' }).count()).toBe(0)
  })

  it('narrows to a stretch of time', async () => {
    fourDeliveries()
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
    fourDeliveries()
    const page = await dashboard.open(PATH)
    await row(page, 'Linear').waitFor()
    const before = dashboard.state.requestsTo('GET', '/api/deliveries').length
    await page.getByRole('searchbox', { name: 'Search deliveries' }).pressSequentially('issue_comment', { delay: 20 })
    await row(page, 'push').waitFor({ state: 'detached' })
    await row(page, 'issue_comment').waitFor()
    expect(searchOf(page)).toEqual({ q: 'issue_comment' })
    const after = dashboard.state.requestsTo('GET', '/api/deliveries').length
    expect(after - before).toBeLessThanOrEqual(3)
    await page.getByRole('button', { name: 'Clear all' }).click()
    await row(page, 'push').waitFor()
    expect(await page.getByRole('searchbox', { name: 'Search deliveries' }).inputValue()).toBe('')
  })

  it('says when nothing fits, and shows all again', async () => {
    fourDeliveries()
    const page = await dashboard.open(`${PATH}?result=duplicate`)
    await page.getByText('No delivery fits the filter').waitFor()
    expect(await page.getByText('Nothing was delivered yet').count()).toBe(0)
    await page.getByRole('button', { name: 'Clear all' }).last().click()
    await row(page, 'Linear').waitFor()
  })

  it('ignores an address that is no filter', async () => {
    fourDeliveries()
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
    expect(await rows.getByRole('link', { name: 'View run' }).getAttribute('href')).toContain(idOf(201))
    const run = page.getByRole('list', { name: 'Runs', exact: true }).getByRole('listitem')
    expect(await run.getByRole('link').getAttribute('href')).toContain(idOf(201))
    await run.getByText('Running').waitFor()
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

describe('a replay', () => {
  it('is asked for, made once, and leads to the new delivery', async () => {
    dashboard.state.deliveries.push(aDelivery(301))
    const page = await dashboard.open(`${PATH}/${idOf(301)}`)
    await page.getByRole('button', { name: 'Replay' }).click()
    const question = page.getByRole('alertdialog', { name: 'Replay this delivery?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(dashboard.state.requestsTo('POST', `/api/deliveries/${idOf(301)}/replay`)).toEqual([])
    await page.getByRole('button', { name: 'Replay' }).click()
    await question.getByRole('button', { name: 'Replay' }).click()
    await page.getByText('The delivery is queued again').waitFor()
    const [sent, ...more] = dashboard.state.requestsTo('POST', `/api/deliveries/${idOf(301)}/replay`)
    expect(sent?.idempotencyKey).toMatch(/^[\w-]{36}$/)
    expect(more).toEqual([])
    await page.getByRole('list', { name: 'Replays' }).getByText('Queued').waitFor()
    await page.getByRole('button', { name: 'View replay' }).click()
    await page.getByText('Replayed from this ledger').waitFor()
    expect(await page.getByRole('button', { name: 'Replay', exact: true }).count()).toBe(0)
    await page.getByRole('link', { name: /^delivery/ }).click()
    await page.getByRole('list', { name: 'Replays' }).waitFor()
  })

  it('that is refused says why', async () => {
    dashboard.state.deliveries.push(aDelivery(301))
    const problem = new ApiProblem(409, 'delivery.not_ended', 'The delivery is being processed; replay it afterwards')
    dashboard.state.fail(`/api/deliveries/${idOf(301)}/replay`, problem)
    const page = await dashboard.open(`${PATH}/${idOf(301)}`)
    await page.getByRole('button', { name: 'Replay' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Replay' }).click()
    await page.getByText('The delivery was not replayed').waitFor()
    await page.getByText(`replay it afterwards (request ${REQUEST_ID})`).waitFor()
  })

  it.each(['viewer', 'member'] as const)('is not offered to a %s', async (role) => {
    dashboard.state.role = role
    dashboard.state.deliveries.push(aDelivery(301))
    const page = await dashboard.open(`${PATH}/${idOf(301)}`)
    await page.getByRole('list', { name: 'Payload' }).waitFor()
    expect(await page.getByRole('button', { name: 'Replay', exact: true }).count()).toBe(0)
    await page.goto(`${dashboard.url}${PATH}?last=24h`)
    await row(page, 'issues').waitFor()
    expect(await page.getByRole('button', { name: 'Replay…' }).count()).toBe(0)
  })
})

describe('a replay of many', () => {
  it('needs a stretch of time', async () => {
    fourDeliveries()
    const page = await dashboard.open(`${PATH}?status=failed`)
    await row(page, 'push').waitFor()
    expect(await page.getByRole('button', { name: 'Replay…' }).isDisabled()).toBe(true)
  })

  it('says how many fit, repeats those, and shows them', async () => {
    fourDeliveries()
    dashboard.state.deliveries.push(aDelivery(305, { status: 'queued', outcome: null }))
    const page = await dashboard.open(`${PATH}?last=24h`)
    await page.getByRole('button', { name: 'Replay…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Replay deliveries' })
    await dialog.getByText('Replay the 3 deliveries that fit the filter?').waitFor()
    await dialog.getByRole('button', { name: 'Replay 3 deliveries' }).click()
    await page.getByText('3 deliveries queued again').waitFor()
    await dialog.waitFor({ state: 'detached' })
    await until(
      () => dashboard.state.deliveries.filter(({ ingress }) => ingress === 'replay').length,
      (replays) => replays === 3,
    )
    await page.getByRole('row').nth(1).getByText('Replay', { exact: true }).waitFor()
    const [sent] = dashboard.state.requestsTo('POST', '/api/deliveries/replay')
    expect(sent?.body).toMatchObject({ from: expect.any(String), to: expect.any(String) })
    expect(sent?.idempotencyKey).toMatch(/^[\w-]{36}$/)
  })

  it('is told to be too much above a thousand', async () => {
    for (let n = 1; n <= 1_001; n += 1) dashboard.state.deliveries.push(aDelivery(1_000 + n))
    const page = await dashboard.open(`${PATH}?last=1h`)
    await page.getByRole('button', { name: 'Replay…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Replay deliveries' })
    await dialog.getByText('More than 1,000 deliveries fit, which is too many at once.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Replay', exact: true }).isDisabled()).toBe(true)
    expect(dashboard.state.requestsTo('POST', '/api/deliveries/replay')).toEqual([])
  })

  it('tells what the server said against it', async () => {
    fourDeliveries()
    const problem = new ApiProblem(400, 'delivery.too_many', 'Too many deliveries at once', 'More than 1000 fit')
    dashboard.state.fail('/api/deliveries/replay', problem)
    const page = await dashboard.open(`${PATH}?last=1h`)
    await page.getByRole('button', { name: 'Replay…' }).click()
    await page.getByRole('button', { name: 'Replay 3 deliveries' }).click()
    await page.getByRole('dialog').getByRole('alert').getByText('More than 1000 fit').waitFor()
  })

  it('says when nothing fits', async () => {
    fourDeliveries()
    const page = await dashboard.open(`${PATH}?last=24h&result=duplicate`)
    await page.getByRole('button', { name: 'Replay…' }).click()
    await page.getByText('Nothing that has been processed fits.').waitFor()
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aRepository, aRun, aSession, aTimeline, idOf, minutesAgo, SUMMARY } from '../fakes/api-data.ts'
import { ApiProblem, REQUEST_ID } from '../fakes/api-state.ts'
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

const AWAY = new ApiProblem(503, 'database.unavailable', 'The database cannot be reached', 'It did not answer in time.')

describe.each([
  { path: '/dashboard/sessions', api: '/api/sessions', name: 'Sessions', empty: 'No sessions yet' },
  { path: '/dashboard/runs', api: '/api/runs', name: 'Runs', empty: 'No runs yet' },
  { path: '/dashboard/deliveries', api: '/api/deliveries', name: 'Deliveries', empty: 'Nothing was delivered yet' },
  { path: '/dashboard/repositories', api: '/api/repositories', name: 'Repositories', empty: 'No repositories yet' },
])('the list at $path', ({ path, api, name, empty }) => {
  it('is named, and says when it is empty', async () => {
    const page = await dashboard.open(path)
    await page.getByText(empty).waitFor()
    await expect.poll(() => page.title()).toBe(`${name} · Proliferate`)
    expect(await page.getByRole('link', { name }).getAttribute('aria-current')).toBe('page')
  })

  it('keeps its place while it loads', async () => {
    const answer = dashboard.state.hold(api)
    const page = await dashboard.open(path)
    await page.getByRole('status').getByText(`Loading ${name.toLowerCase()}`).waitFor({ state: 'attached' })
    answer()
    await page.getByText(empty).waitFor()
  })

  it('says what went wrong, by which request, and tries again', async () => {
    dashboard.state.fail(api, AWAY)
    const page = await dashboard.open(path)
    const alert = page.getByRole('alert')
    await alert.getByText(`${name} could not be loaded`).waitFor()
    expect(await alert.textContent()).toContain('It did not answer in time.')
    expect(await alert.textContent()).toContain(REQUEST_ID)
    dashboard.state.heal(api)
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByText(empty).waitFor()
  })
})

describe('sessions', () => {
  it('show title, repository, origin and where they stand', async () => {
    dashboard.state.addSession(aSession(1, { title: 'Fix slugify', clientType: 'automation' }))
    dashboard.state.addSession(aSession(2, { title: 'Rotate keys', status: 'paused', outcome: 'needs_human' }))
    const page = await dashboard.open('/dashboard/sessions')
    const row = page.getByRole('row').filter({ hasText: 'Fix slugify' })
    for (const text of ['Running', 'acme/text-tools', 'Automation', 'min ago']) {
      await row.getByText(text).filter({ visible: true }).waitFor()
    }
    await page.getByRole('row').filter({ hasText: 'Rotate keys' }).getByText('Needs a person').waitFor()
  })

  it('can be narrowed to a status, which stands in the address', async () => {
    dashboard.state.addSession(aSession(1, { title: 'Works' }))
    dashboard.state.addSession(aSession(2, { title: 'Broke', status: 'failed' }))
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('combobox', { name: 'Status' }).click()
    await page.getByRole('option', { name: 'Failed' }).click()
    await page.getByRole('link', { name: 'Works' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Broke' }).waitFor()
    expect(page.url()).toContain('status=failed')
    await page.goto(`${dashboard.url}/dashboard/sessions?status=paused`)
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByRole('link', { name: 'Works' }).waitFor()
  })

  it('load more on demand', async () => {
    for (let n = 1; n <= 60; n += 1) {
      dashboard.state.addSession(aSession(n, { title: `Session ${n}`, status: 'stopped' }))
    }
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('link', { name: 'Session 50' }).waitFor()
    expect(await page.getByRole('link', { name: 'Session 51' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByRole('link', { name: 'Session 60' }).waitFor()
    expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0)
  })

  it('are started once, however often the form is sent', async () => {
    const billing = aRepository(910, { name: 'acme/billing', configurationId: idOf(911) })
    dashboard.state.repositories.push(aRepository(900), billing)
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('button', { name: 'New session' }).first().click()
    await page.getByRole('combobox', { name: 'Repository' }).click()
    await page.getByRole('option', { name: 'acme/billing' }).click()
    await page.getByLabel('Prompt').fill('Add an invoice number')
    dashboard.state.fail('/api/sessions', AWAY, 1)
    await page.getByRole('button', { name: 'Start session' }).click()
    await page.getByRole('alert').getByText('It did not answer in time.').waitFor()
    await page.getByLabel('Prompt').press('Control+Enter')
    await page.getByRole('heading', { name: 'Add an invoice number' }).waitFor()
    const sent = dashboard.state.requestsTo('POST', '/api/sessions')
    expect(sent.map(({ body }) => body)).toEqual([
      { configurationId: idOf(911), initialPrompt: 'Add an invoice number' },
      { configurationId: idOf(911), initialPrompt: 'Add an invoice number' },
    ])
    expect(sent[0]?.idempotencyKey).toMatch(/^[\w-]{36}$/)
    expect(sent[1]?.idempotencyKey).toBe(sent[0]?.idempotencyKey)
  })

  it('begin with the first repository where there is none: connecting it shows the form', async () => {
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('button', { name: 'New session' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'New session' })
    await dialog.getByLabel('Git URL').fill('https://github.com/acme/text-tools')
    await dialog.getByRole('button', { name: 'Connect repository' }).click()
    await dialog.getByRole('combobox', { name: 'Repository' }).getByText('acme/text-tools').waitFor()
    await dialog.getByLabel('Prompt').fill('Add a slug')
    await dialog.getByRole('button', { name: 'Start session' }).click()
    await page.getByRole('heading', { name: 'Add a slug' }).waitFor()
  })

  it('say whom to ask where there is no repository and one may connect none', async () => {
    dashboard.state.withheld.add('repositories:create')
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('button', { name: 'New session' }).first().click()
    await page.getByText('There is no repository yet. A member of the organization connects one.').waitFor()
    expect(await page.getByLabel('Git URL').count()).toBe(0)
  })

  it('are not offered to viewers', async () => {
    dashboard.state.role = 'viewer'
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByText('No sessions yet').waitFor()
    expect(await page.getByRole('button', { name: 'New session' }).count()).toBe(0)
  })
})

describe('runs', () => {
  it('show how far they are', async () => {
    dashboard.state.runs.push(aRun(201), aRun(202, { status: 'failed', completedAt: minutesAgo(1) }))
    const page = await dashboard.open('/dashboard/runs')
    await page
      .getByRole('img', {
        name: 'Queued: done, Enriching: done, Ready: done, Running: in progress, Done: to come',
      })
      .waitFor()
    await page.getByRole('img', { name: 'Running: failed, Done: failed' }).waitFor()
  })

  it('tell their stages, their timeline, and lead to event, delivery and session', async () => {
    const run = aRun(201, {
      status: 'succeeded',
      completedAt: minutesAgo(1),
      sessionId: idOf(1),
      deliveryId: idOf(301),
      completion: {
        completionId: 'c',
        outcome: 'succeeded',
        summaryMarkdown: SUMMARY,
        citations: [],
        branch: 'proliferate/fix',
        commitSha: '9f8e7d6c5b4a',
      },
    })
    dashboard.state.runs.push(run)
    dashboard.state.timelines.set(run.id, aTimeline(run))
    const page = await dashboard.open(`/dashboard/runs/${run.id}`)
    const stages = page.getByRole('list', { name: 'Stages' }).getByRole('listitem')
    await stages.first().waitFor()
    expect(await stages.allTextContents()).toEqual([
      expect.stringMatching(/^Queued.*1\.2 s$/),
      expect.stringMatching(/^Enriching.*1\.8 s$/),
      expect.stringMatching(/^Ready.*3\.0 s$/),
      expect.stringMatching(/^Running.*1 min 5\d s$/),
      expect.stringMatching(/^Succeeded.*\d\d:\d\d:\d\d$/),
    ])
    await page.getByText('Accents are decomposed').waitFor()
    await page.getByText('proliferate/fix').waitFor()
    await page.getByRole('list', { name: 'Timeline' }).getByText('payloadSize: 1204').waitFor()
    const event = page.getByRole('link', { name: 'Issue #42' })
    expect(await event.getAttribute('href')).toBe('https://github.com/acme/text-tools/issues/42')
    expect(await event.getAttribute('rel')).toContain('noopener')
    expect(await page.getByRole('link', { name: 'View delivery' }).getAttribute('href')).toContain(idOf(301))
    expect(await page.getByRole('link', { name: 'Open session' }).getAttribute('href')).toContain(idOf(1))
  })

  it('are canceled after a question', async () => {
    dashboard.state.runs.push(aRun(201))
    const page = await dashboard.open(`/dashboard/runs/${idOf(201)}`)
    await page.getByRole('button', { name: 'Cancel run' }).click()
    const question = page.getByRole('alertdialog', { name: 'Cancel this run?' })
    await question.getByRole('button', { name: 'Cancel run' }).click()
    await page.getByText('The run was canceled').waitFor()
    await page.getByText('Canceled by Ada').waitFor()
    expect(await page.getByRole('button', { name: 'Cancel run' }).count()).toBe(0)
  })

  it('say why they failed, and why they could not be canceled', async () => {
    const errorMessage = 'connect ECONNREFUSED'
    dashboard.state.runs.push(aRun(201, { failureStage: 'execution', errorMessage }))
    const page = await dashboard.open(`/dashboard/runs/${idOf(201)}`)
    await page.getByRole('region', { name: 'Reason' }).getByText('connect ECONNREFUSED').waitFor()
    dashboard.state.fail(
      `/api/runs/${idOf(201)}/cancel`,
      new ApiProblem(409, 'run.state_conflict', 'The run has ended already'),
    )
    await page.getByRole('button', { name: 'Cancel run' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel run' }).click()
    await page.getByText('The run was not canceled').waitFor()
    await page.getByText(`The run has ended already (request ${REQUEST_ID})`).waitFor()
  })
})

describe('what does not exist', () => {
  it.each([
    ['/dashboard/nothing', 'page'],
    [`/workspace/${idOf(404)}`, 'session'],
    ['/workspace/not-an-id', 'session'],
    [`/dashboard/runs/${idOf(404)}`, 'run'],
    [`/dashboard/deliveries/${idOf(404)}`, 'delivery'],
  ])('%s is said to be no %s', async (path, noun) => {
    const page = await dashboard.open(path)
    await page.getByText(`This ${noun} does not exist`).waitFor()
    await expect.poll(() => page.title()).toBe('Not found · Proliferate')
    await page.getByRole('link', { name: 'Go to sessions' }).click()
    await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  })
})

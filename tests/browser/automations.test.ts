import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MAX_COUNTED_RUNS } from '#schema/contracts/automations'
import { aRepository, aRun, idOf, minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anAutomation, aSchedule, aWhen } from '../fakes/automation-data.ts'
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

const AWAY = new ApiProblem(503, 'database.unavailable', 'The database cannot be reached')
const LIST = '/dashboard/automations'
const PATH = `${LIST}/${idOf(801)}`
const ONE = `/api/automations/${idOf(801)}`
const form = (page: Page) => page.getByRole('form', { name: 'Automation' })

/** One automation that runs on a label and on weekdays. */
function fill() {
  const { state } = dashboard
  state.repositories.push(aRepository(900), aRepository(910, { name: 'acme/website' }))
  state.automations.all.push(anAutomation(801))
  state.automations.when.push(aWhen(601), aSchedule(602))
}

describe('the automations', () => {
  it('are in the sidebar, with what each runs on and when it was changed', async () => {
    fill()
    dashboard.state.automations.all.push(anAutomation(802, { name: 'By hand', updatedAt: minutesAgo(300) }))
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Automations' }).click()
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await row('Fix labelled issues').getByText('GitHub: Issue labeled').waitFor()
    await row('Fix labelled issues').getByText('Schedule: Every weekday at 9:00').waitFor()
    await row('By hand').getByText('By hand only').waitFor()
    await row('By hand').getByText('5 h ago').waitFor()
    await expect.poll(() => page.title()).toBe('Automations · Proliferate')
  })

  it('tell how each does: its last run, which leads there, and how many a week had', async () => {
    fill()
    const { state } = dashboard
    state.automations.all.push(anAutomation(802, { name: 'By hand' }))
    state.runs.push(
      aRun(201, { status: 'needs_human', queuedAt: minutesAgo(180) }),
      aRun(202, { status: 'failed', queuedAt: minutesAgo(200) }),
      aRun(203, { status: 'failed', queuedAt: minutesAgo(8 * 24 * 60) }),
    )
    const page = await dashboard.open(LIST)
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await row('By hand').getByRole('cell', { name: 'Has not run yet' }).waitFor()
    await row('By hand').getByRole('cell', { name: '0', exact: true }).waitFor()
    await row('Fix labelled issues').getByRole('cell', { name: '2', exact: true }).waitFor()
    await row('Fix labelled issues').getByRole('link', { name: 'Needs a person 3 h ago' }).click()
    await expect.poll(() => new URL(page.url()).pathname).toBe(`/dashboard/runs/${idOf(201)}`)
  })

  it('say that a week had more runs than are counted', async () => {
    fill()
    const runs = Array.from({ length: MAX_COUNTED_RUNS }, (_, index) => aRun(2_000 + index))
    dashboard.state.runs.push(...runs)
    const page = await dashboard.open(LIST)
    await page.getByRole('cell', { name: '1,000+', exact: true }).waitFor()
  })

  it('say when they are loading, when there are none, and when they cannot be listed', async () => {
    const answer = dashboard.state.hold('/api/automations')
    const page = await dashboard.open(LIST)
    await page.getByRole('status').getByText('Loading automations').waitFor({ state: 'attached' })
    answer()
    await page.getByText('No automations yet').waitFor()
    expect(await page.getByRole('button', { name: 'New automation' }).count()).toBe(1)
    dashboard.state.fail('/api/automations', new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
    await page.reload()
    await page.getByText('Automations could not be loaded').waitFor()
  })

  it('keep their place while their code is on its way', async () => {
    const page = await dashboard.open('/dashboard/sessions')
    const arrival = Promise.withResolvers<void>()
    await page.route('**/assets/automations-page*', async (route) => {
      await arrival.promise
      await route.continue()
    })
    await page.goto(`${dashboard.url}${LIST}`)
    await page.getByRole('status').getByText('Loading', { exact: true }).waitFor({ state: 'attached' })
    arrival.resolve()
    await page.getByText('No automations yet').waitFor()
  })

  it('are switched off and on in the list, and back when that is refused', async () => {
    fill()
    const page = await dashboard.open(LIST)
    const power = page.getByRole('switch', { name: 'Fix labelled issues on' })
    await power.click()
    await expect.poll(() => dashboard.state.automations.all[0]?.enabled).toBe(false)
    await expect.poll(() => power.getAttribute('aria-checked')).toBe('false')
    dashboard.state.fail(ONE, AWAY)
    await power.click()
    await page.getByText('Fix labelled issues was not switched').waitFor()
    await expect.poll(() => power.getAttribute('aria-checked')).toBe('false')
  })

  it('are made in a dialog, once, and opened', async () => {
    dashboard.state.repositories.push(aRepository(900), aRepository(910, { name: 'acme/website' }))
    const page = await dashboard.open(LIST)
    await page.getByRole('button', { name: 'New automation' }).click()
    const dialog = page.getByRole('dialog', { name: 'New automation' })
    const create = dialog.getByRole('button', { name: 'Create automation' })
    expect(await create.isDisabled()).toBe(true)
    await dialog.getByLabel('Name').fill('Review pull requests')
    await dialog.getByLabel('Instructions').fill('Read the diff and comment.')
    await dialog.getByRole('combobox', { name: 'Repository' }).click()
    await page.getByRole('option', { name: 'acme/website' }).click()
    dashboard.state.fail('/api/automations', AWAY, 1)
    await create.click()
    await dialog.getByRole('alert').getByText('The database cannot be reached').waitFor()
    await create.click()
    await page.getByRole('heading', { name: 'Review pull requests' }).waitFor()
    await page.getByText('it runs only when somebody presses Run now').waitFor()
    const [first, second] = dashboard.state.requestsTo('POST', '/api/automations')
    expect(first?.idempotencyKey).toBe(second?.idempotencyKey)
    const agentInstructions = 'Read the diff and comment.'
    const written = { name: 'Review pull requests', agentInstructions, modelId: null }
    expect(second?.body).toEqual({ ...written, defaultConfigurationId: idOf(911) })
  })
})

describe('an automation', () => {
  it('keeps its place while it loads, and says what went wrong', async () => {
    fill()
    const answer = dashboard.state.hold(ONE)
    dashboard.state.fail(ONE, AWAY)
    const page = await dashboard.open(PATH)
    await page.getByRole('status').getByText('Loading automation').waitFor({ state: 'attached' })
    answer()
    await page.getByText('The automation could not be loaded').waitFor()
    dashboard.state.heal(ONE)
    await page.getByRole('button', { name: 'Try again' }).click()
    await form(page).waitFor()
    await expect.poll(() => page.title()).toBe('Fix labelled issues · Proliferate')
    await page.goto(`${dashboard.url}${LIST}/${idOf(999)}`)
    await page.getByText('This automation does not exist').waitFor()
  })

  it('is changed, and sends what was changed with the tag of what it was', async () => {
    fill()
    const page = await dashboard.open(PATH)
    const save = form(page).getByRole('button', { name: 'Save changes' })
    await save.waitFor()
    expect(await save.isDisabled()).toBe(true)
    await form(page).getByLabel('Name').fill('Fix bugs')
    await form(page).getByLabel('Model (optional)').fill('large')
    await save.click()
    await page.getByRole('heading', { name: 'Fix bugs' }).waitFor()
    expect(dashboard.state.requestsTo('PATCH', ONE)[0]?.body).toEqual({ name: 'Fix bugs', modelId: 'large' })
    await expect.poll(() => save.isDisabled()).toBe(true)
    await form(page).getByLabel('Name').fill('Fix bugs well')
    await save.click()
    await page.getByRole('heading', { name: 'Fix bugs well' }).waitFor()
  })

  it('shows what somebody else saved meanwhile, and keeps what was written', async () => {
    fill()
    const page = await dashboard.open(PATH)
    await form(page).getByLabel('Name').fill('Mine')
    Object.assign(dashboard.state.automations.all[0] ?? {}, { name: 'Theirs', agentInstructions: 'Do it their way.' })
    const save = form(page).getByRole('button', { name: 'Save changes' })
    await save.click()
    await form(page).getByText('Someone else just changed this automation.').waitFor()
    await form(page).getByText('Saved meanwhile: Theirs').waitFor()
    expect(await form(page).getByLabel('Name').inputValue()).toBe('Mine')
    expect(await form(page).getByLabel('Instructions').inputValue()).toBe('Do it their way.')
    expect(dashboard.state.automations.all[0]?.name).toBe('Theirs')
    await save.click()
    await page.getByRole('heading', { name: 'Mine' }).waitFor()
    expect(dashboard.state.automations.all[0]).toMatchObject({ name: 'Mine', agentInstructions: 'Do it their way.' })
  })

  it('says at the field what the API does not take', async () => {
    fill()
    const page = await dashboard.open(PATH)
    await form(page).getByLabel('Name').fill('Odd')
    const issues = [{ path: 'modelId', message: 'there is no such model' }]
    dashboard.state.delays.set(ONE, 100)
    dashboard.state.fail(ONE, new ApiProblem(400, 'request.invalid', 'The request is not valid').withIssues(issues), 1)
    await form(page).getByRole('button', { name: 'Save changes' }).click()
    await form(page).getByRole('alert').getByText('there is no such model').waitFor()
  })

  it('runs by hand with a word for this time, and leads to the run', async () => {
    fill()
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Run now' }).click()
    const dialog = page.getByRole('dialog', { name: 'Run now' })
    await dialog.getByLabel('What it should know this time').fill('Only the parser')
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await dialog.getByText('The run is queued.').waitFor()
    expect(dashboard.state.requestsTo('POST', `${ONE}/run`)[0]?.body).toEqual({ input: 'Only the parser' })
    await dialog.getByRole('link', { name: 'View the run' }).click()
    await expect.poll(() => new URL(page.url()).pathname).toBe(`/dashboard/runs/${dashboard.state.runs[0]?.id}`)
  })

  it('does not run by hand while it is off, and says why a run did not begin', async () => {
    fill()
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Run now' }).click()
    Object.assign(dashboard.state.automations.all[0] ?? {}, { enabled: false })
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('dialog').getByRole('alert').getByText('The automation is switched off').waitFor()
    await page.reload()
    await form(page).waitFor()
    await page.getByRole('button', { name: 'Run now' }).click()
    await page.getByRole('dialog').getByText('Switch it on first').waitFor()
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).count()).toBe(0)
  })

  it('shows its last runs, with why they failed, and only its own', async () => {
    fill()
    const failed = { status: 'failed', completedAt: minutesAgo(1), errorMessage: 'No sandbox was free' } as const
    dashboard.state.runs.push(aRun(201, failed), aRun(202, { eventTitle: 'Not mine', automationId: idOf(802) }))
    const page = await dashboard.open(PATH)
    const runs = page.getByRole('list', { name: 'Last runs' }).getByRole('listitem')
    await runs.getByText('No sandbox was free').waitFor()
    expect(await runs.count()).toBe(1)
    await runs.getByRole('link', { name: 'Issue #42 opened' }).click()
    await page.getByRole('main').getByRole('link', { name: 'Fix labelled issues' }).click()
    await page.getByRole('region', { name: 'Runs', exact: true }).waitFor()
  })

  it('says that it has not run yet', async () => {
    fill()
    const page = await dashboard.open(PATH)
    await page.getByText('It has not run yet.').waitFor()
  })

  it('is not left with something written before that was asked', async () => {
    fill()
    const page = await dashboard.open(PATH)
    await form(page).getByLabel('Instructions').fill('Something else')
    const sessions = page.getByRole('link', { name: 'Sessions' })
    await sessions.click()
    const question = page.getByRole('alertdialog', { name: 'Discard what you wrote?' })
    await question.getByRole('button', { name: 'Keep editing' }).click()
    expect(await form(page).getByLabel('Instructions').inputValue()).toBe('Something else')
    await sessions.click()
    await question.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  })

  it('gets a repository that is connected on the way', async () => {
    fill()
    const page = await dashboard.open(PATH)
    await form(page).getByRole('combobox', { name: 'Repository' }).click()
    await page.getByRole('option', { name: 'Connect a repository…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Connect a repository' })
    await dialog.getByLabel('Git URL').fill('https://github.com/acme/billing')
    await dialog.getByRole('button', { name: 'Connect repository' }).click()
    await form(page).getByRole('combobox', { name: 'Repository' }).getByText('acme/billing').waitFor()
    expect(dashboard.state.requestsTo('PATCH', ONE)).toEqual([])
  })

  it('is deleted once its name was typed', async () => {
    fill()
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Delete…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete Fix labelled issues' })
    const confirm = dialog.getByRole('button', { name: 'Delete automation' })
    await confirm.waitFor()
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('Type “Fix labelled issues” to confirm').fill('Fix labelled issues')
    await confirm.click()
    await page.getByText('No automations yet').waitFor()
    expect(dashboard.state.automations.all).toEqual([])
  })
})

describe('who may do what', () => {
  it('a viewer reads, and is offered nothing that is refused', async () => {
    fill()
    dashboard.state.runs.push(aRun(201))
    dashboard.state.role = 'viewer'
    const page = await dashboard.open(LIST)
    await page.getByRole('link', { name: 'Fix labelled issues' }).waitFor()
    expect(await page.getByRole('button', { name: 'New automation' }).count()).toBe(0)
    expect(await page.getByRole('switch').isDisabled()).toBe(true)
    await page.getByRole('link', { name: 'Running 3 min ago' }).waitFor()
    await page.getByRole('link', { name: 'Fix labelled issues' }).click()
    await page.getByText('Labels: agent').waitFor()
    const offers = page.getByRole('main').getByRole('button', { name: /Run now|Delete|Add|Edit|Save|Try/ })
    expect(await offers.count()).toBe(0)
    await page.getByText('Find the cause, write a failing test').waitFor()
    expect(await form(page).count()).toBe(0)
  })

  it('a member changes what they made, and only reads what others made', async () => {
    fill()
    dashboard.state.role = 'member'
    const page = await dashboard.open(PATH)
    await form(page).getByLabel('Name').fill('Mine')
    await form(page).getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('heading', { name: 'Mine' }).waitFor()

    for (const made of [...dashboard.state.automations.all, ...dashboard.state.automations.when]) made.createdBy = 'user-bo'
    await page.reload()
    await page.getByText('Labels: agent').waitFor()
    expect(await form(page).count()).toBe(0)
    expect(await page.getByRole('main').getByRole('button', { name: /Delete|Edit|Save/ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Run now' }).waitFor()
  })
})

it('fits a phone', async () => {
  fill()
  const name = 'anautomationwithaverylongnamewithoutanyblank'.repeat(3)
  const agentInstructions = 'Find the cause, write a failing test, fix it. '.repeat(9)
  const webhook = { endpointId: idOf(705), path: `/webhooks/direct/custom/${idOf(705)}`, signatureRequired: true }
  Object.assign(dashboard.state.automations.all[0] ?? {}, { name, agentInstructions })
  dashboard.state.automations.when.push(aWhen(605, { provider: 'custom', eventType: 'webhook_received', webhook }))
  const page = await dashboard.open(LIST, { viewport: PHONE })
  /** How far the parts reach to the right; each keeps a margin. */
  const reach = () => {
    return page.evaluate(() => {
      const parts = [...document.querySelectorAll('main button, main input, main textarea, main section')]
      return Math.max(...parts.map((part) => part.getBoundingClientRect().right))
    })
  }
  await page.getByText('Runs on 3 events').waitFor()
  expect(await reach()).toBeLessThanOrEqual(PHONE.width - 8)
  await page.getByRole('link', { name }).click()
  await page.getByText('Labels: agent').waitFor()
  expect(await reach()).toBeLessThanOrEqual(PHONE.width - 8)
})

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aRepository, idOf } from '../fakes/api-data.ts'
import { anAutomation, anIntegration, aWhen } from '../fakes/automation-data.ts'
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

const AUTOMATION = `/dashboard/automations/${idOf(801)}`

/** Name or text of what has the focus. */
const focused = (page: Page) => {
  return page.evaluate(() => {
    const { activeElement: element } = document
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null
    return label ?? element?.getAttribute('aria-label') ?? element?.textContent
  })
}

function fill() {
  const { state } = dashboard
  state.repositories.push(aRepository(900))
  state.automations.all.push(anAutomation(801))
  state.automations.when.push(aWhen(601))
  state.automations.integrations.push(anIntegration(501))
}

it.each([
  { path: '/dashboard/integrations', opener: 'Connect', first: 'Choose a service' },
  { path: '/dashboard/automations', opener: 'New automation', first: 'Name' },
  { path: AUTOMATION, opener: 'Delete…', first: 'Type “Fix labelled issues” to confirm' },
])('a dialog behind $opener begins at its first field, and gives the focus back', async ({ path, opener, first }) => {
  fill()
  const page = await dashboard.open(path)
  await page.getByRole('button', { name: opener, exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await expect.poll(() => focused(page)).toBe(first)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(() => focused(page)).toBe(opener)
})

it.each(['Edit…', 'Delete…'])('what is chosen in a menu, as %s, gives the focus back to what opened the menu', async (action) => {
  fill()
  const page = await dashboard.open(AUTOMATION)
  const opener = page.getByRole('button', { name: 'Actions of GitHub: Issue labeled' })
  await opener.click()
  await page.getByRole('menuitem', { name: action }).click()
  const window = page.getByRole('dialog').or(page.getByRole('alertdialog'))
  await window.waitFor()
  await page.waitForTimeout(200)
  await page.keyboard.press('Escape')
  await window.waitFor({ state: 'detached' })
  await expect.poll(() => opener.evaluate((element) => element === document.activeElement)).toBe(true)
})

describe('what was written in a long form', () => {
  /** The form for what an automation runs on, with a service chosen. */
  async function written() {
    fill()
    const page = await dashboard.open(AUTOMATION)
    await page.getByRole('button', { name: 'Add an event' }).click()
    const dialog = page.getByRole('dialog', { name: 'Runs when…' })
    await dialog.getByRole('radio', { name: 'Slack' }).waitFor()
    return { page, dialog, question: page.getByRole('alertdialog', { name: 'Discard what you wrote?' }) }
  }

  it('is not thrown away unasked', async () => {
    const { page, dialog, question } = await written()
    await dialog.getByRole('radio', { name: 'Slack' }).click()
    await page.keyboard.press('Escape')
    await question.getByRole('button', { name: 'Keep editing' }).click()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await question.getByRole('button', { name: 'Discard' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  it('is not asked about while there is nothing', async () => {
    const { page, dialog, question } = await written()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await question.count()).toBe(0)
  })
})

it('a form in a dialog over a form sends the one in front alone', async () => {
  fill()
  const page = await dashboard.open('/dashboard/automations')
  await page.getByRole('button', { name: 'New automation' }).click()
  const below = page.getByRole('dialog', { name: 'New automation' })
  await below.getByLabel('Name').fill('Review')
  await below.getByRole('combobox', { name: 'Repository' }).click()
  await page.getByRole('option', { name: 'Connect a repository…' }).click()
  const front = page.getByRole('dialog', { name: 'Connect a repository' })
  await front.getByLabel('Git URL').fill('https://github.com/acme/billing')
  await front.getByRole('button', { name: 'Connect repository' }).click()
  await below.getByRole('combobox', { name: 'Repository' }).getByText('acme/billing').waitFor()
  expect(dashboard.state.requestsTo('POST', '/api/automations')).toEqual([])
})

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aDelivery, idOf } from '../fakes/api-data.ts'
import { ApiProblem, REQUEST_ID } from '../fakes/api-state.ts'
import { fourDeliveries } from '../fakes/delivery-data.ts'
import { startDashboard, until } from './dashboard.ts'
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
const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

async function choose(page: Page, name: string, option: string) {
  await page.getByRole('combobox', { name, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

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
  it('asks for a time where the filter has none', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(`${PATH}?status=failed`)
    await page.getByRole('button', { name: 'Replay…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Replay deliveries' })
    expect(await dialog.getByRole('button', { name: /^Replay/ }).count()).toBe(0)
    await choose(page, 'Received in the', 'Last 24 hours')
    await dialog.getByRole('button', { name: 'Replay 1 delivery' }).click()
    await page.getByText('1 delivery queued again').waitFor()
    const [sent] = dashboard.state.requestsTo('POST', '/api/deliveries/replay')
    const { from, to } = sent?.body as { from: string; to: string }
    expect(Date.parse(to) - Date.parse(from)).toBe(24 * 3_600_000)
  })

  it('is not offered where there is nothing', async () => {
    const page = await dashboard.open(PATH)
    await page.getByText('Nothing was delivered yet').waitFor()
    expect(await page.getByRole('button', { name: 'Replay…' }).count()).toBe(0)
  })

  it('says how many fit, repeats those, and shows them', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
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
    dashboard.state.deliveries.push(...fourDeliveries())
    const problem = new ApiProblem(400, 'delivery.too_many', 'Too many deliveries at once', 'More than 1000 fit')
    dashboard.state.fail('/api/deliveries/replay', problem)
    const page = await dashboard.open(`${PATH}?last=1h`)
    await page.getByRole('button', { name: 'Replay…' }).click()
    await page.getByRole('button', { name: 'Replay 3 deliveries' }).click()
    await page.getByRole('dialog').getByRole('alert').getByText('More than 1000 fit').waitFor()
  })

  it('says when nothing fits', async () => {
    dashboard.state.deliveries.push(...fourDeliveries())
    const page = await dashboard.open(`${PATH}?last=24h&result=duplicate`)
    await page.getByRole('button', { name: 'Replay…' }).click()
    await page.getByText('Nothing that has been processed fits.').waitFor()
  })
})

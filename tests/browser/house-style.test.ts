import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aDecision, aDelivery, aRepository, aRun, aSession, aTimeline, idOf, minutesAgo } from '../fakes/api-data.ts'
import { playBoot, playSuccess, playTurn } from '../fakes/session-script.ts'
import { PHONE, startDashboard, WIDE } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

/** Long names everywhere: what is narrow must cut or break them. */
const LONG = 'a-very-long-name-without-any-blank-that-nothing-can-break-0123456789-and-more'

function fill() {
  const { state } = dashboard
  state.repositories.push(aRepository(900, { name: `acme/${LONG}` }))
  const live = state.addSession(aSession(1, { title: `Fix ${LONG}`, repositoryName: `acme/${LONG}`, branch: LONG }))
  playBoot(live)
  playTurn(live)
  playSuccess(live, null)
  const run = aRun(201, {
    eventTitle: `Issue: ${LONG}`,
    status: 'failed',
    failureStage: 'execution',
    errorMessage: LONG,
    completedAt: minutesAgo(1),
    sessionId: idOf(1),
  })
  state.runs.push(run)
  state.timelines.set(run.id, aTimeline(run))
  const decisions = [aDecision({ reason: LONG, automationName: LONG })]
  const outcome = { events: 1, matched: 0, created: 0, duplicates: 0, reason: null, decisions }
  state.deliveries.push(aDelivery(301, { outcome, payload: { [LONG]: LONG }, headers: { [LONG]: LONG } }))
}

const PAGES = [
  ['/sign-in', 'Sign in to Proliferate'],
  ['/dashboard/sessions', 'Fix a-very-long'],
  [`/workspace/${idOf(1)}`, 'All tests pass.'],
  ['/dashboard/runs', 'Issue: a-very-long'],
  [`/dashboard/runs/${idOf(201)}`, 'Failed during execution'],
  ['/dashboard/deliveries', 'issues'],
  [`/dashboard/deliveries/${idOf(301)}`, 'Not matched'],
  ['/dashboard/nothing', 'This page does not exist'],
] as const

describe.each([
  ['a phone', PHONE],
  ['a wide screen', WIDE],
])('on %s', (_, viewport) => {
  it.each(PAGES)('%s fits, and is named', async (path, text) => {
    fill()
    const page = await dashboard.open(path, { viewport, signedIn: path !== '/sign-in' })
    await page.getByText(text).filter({ visible: true }).first().waitFor()
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      return { scrollWidth, clientWidth }
    })
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth)
    const outside = await page.evaluate(() => {
      const cut = (element: Element): boolean => {
        const parent = element.parentElement
        if (parent === null) return false
        return /hidden|auto|scroll|clip/.test(getComputedStyle(parent).overflowX) || cut(parent)
      }
      return [...document.querySelectorAll('main *')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !cut(element))
        .map((element) => element.outerHTML.slice(0, 120))
    })
    expect(outside).toEqual([])
    expect(await page.title()).toMatch(/ · Proliferate$/)
    expect(await page.getByRole('main').count()).toBe(1)
  })
})

it('names every control', async () => {
  fill()
  for (const [path, text] of PAGES) {
    const page = await dashboard.open(path)
    await page.getByText(path === '/sign-in' ? 'Sessions' : text).filter({ visible: true }).first().waitFor()
    const snapshot = await page.locator('body').ariaSnapshot()
    expect(snapshot).not.toMatch(/- (button|link|textbox|combobox|tab)( \[[^\]]*\])*:?$/m)
  }
})

it('is walked by the keyboard alone: list, session, prompt, menu', async () => {
  fill()
  dashboard.state.addSession(aSession(2, { title: 'Second' }))
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByRole('link', { name: 'Second' }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
  await page.keyboard.press('Enter')
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
  for (let press = 0; press < 10 && !(await focused()).startsWith('Fix'); press += 1) await page.keyboard.press('Tab')
  expect(await focused()).toContain('Fix a-very-long')
  await page.keyboard.press('j')
  expect(await focused()).toBe('Second')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Second' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  const isPrompt = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') === 'Prompt')
  for (let press = 0; press < 15 && !(await isPrompt()); press += 1) await page.keyboard.press('Tab')
  await page.keyboard.type('By keyboard')
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: 'Prompt by' }).getByText('By keyboard').waitFor()
  await page.getByRole('button', { name: 'Your account' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(focused).toBe('Profile')
  for (const item of ['API keys', 'Light', 'Dark']) {
    await page.keyboard.press('ArrowDown')
    await expect.poll(focused).toBe(item)
  }
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => document.documentElement.className)).toBe('dark')
})

it('moves the divider between conversation and changes, and remembers it', async () => {
  fill()
  const page = await dashboard.open(`/workspace/${idOf(1)}`)
  const divider = page.getByRole('separator')
  const place = async () => (await divider.boundingBox())?.x ?? 0
  await divider.waitFor()
  const before = await place()
  await divider.focus()
  await page.keyboard.press('ArrowLeft')
  expect(await place()).toBeLessThan(before)
  const moved = await place()
  await page.reload()
  await divider.waitFor()
  expect(Math.abs((await place()) - moved)).toBeLessThan(12)
  await divider.dblclick()
  await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('50')
})

it('keeps words of the trade out of what people read', () => {
  const assets = join(dashboard.files, 'assets')
  const built = readdirSync(assets).filter((file) => file.endsWith('.js'))
  const texts = [...built.map((file) => join(assets, file)), join(dashboard.files, 'index.html')]
  for (const word of ['MCP', 'OAuth', 'IntegrationProvider']) {
    const found = texts.filter((file) => new RegExp(`\\b${word}\\b`).test(readFileSync(file, 'utf8')))
    expect(found, word).toEqual([])
  }
})

it('runs no inline script and loads nothing from elsewhere', async () => {
  const page = await dashboard.open('/sign-in', { signedIn: false })
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).origin))
  const response = await page.reload()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  expect(response?.headers()['content-security-policy']).toContain("script-src 'self'")
  expect(new Set(asked)).toEqual(new Set([dashboard.url]))
  expect(await page.locator('script:not([src])').count()).toBe(0)
})

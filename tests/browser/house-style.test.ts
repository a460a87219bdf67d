import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { aPollGroup, anAutomation, anIntegration, aWhen } from '../fakes/automation-data.ts'
import { aDecision, aDelivery, aRepository, aRun, aSession, aTimeline, idOf, minutesAgo } from '../fakes/api-data.ts'
import { aDeviceRequest, aMail, aReceivedInvitation } from '../fakes/account-state.ts'
import { aMember, anAuditEntry, anInvitation } from '../fakes/organization-data.ts'
import { aBrowser, anAdminUser, anApiKey, CURRENT_BROWSER } from '../fakes/personal-state.ts'
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

/** Long names everywhere, without a hyphen, at which a browser may break: what is narrow must cut or break them. */
const LONG = 'averylongnamewithoutanyblankthatnothingcanbreak0123456789andsomemoreofitbesides'
const SESSION = idOf(1)

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
    sessionId: SESSION,
  })
  state.runs.push(run)
  state.timelines.set(run.id, aTimeline(run))
  const decisions = [aDecision({ reason: LONG, automationName: LONG })]
  const outcome = { events: 1, matched: 0, created: 0, duplicates: 0, reason: null, decisions }
  state.deliveries.push(aDelivery(301, { outcome, payload: { [LONG]: LONG }, headers: { [LONG]: LONG } }))
  fillWakers()
  fillPeople()
}

/** Automations, what wakes them, and the connections. */
function fillWakers() {
  const { automations } = dashboard.state
  automations.all.push(anAutomation(501, { name: `Automation ${LONG}`, agentInstructions: LONG }))
  automations.when.push(aWhen(511, { automationId: idOf(501), config: { labels: [LONG] } }))
  automations.integrations.push(anIntegration(521, { displayName: `Workspace ${LONG}`, externalId: LONG }))
  automations.pollGroups.push(aPollGroup(531, { integrationName: LONG, lastError: LONG, consecutiveFailures: 3 }))
}

/** The organization, the person, and everybody else of the deployment, all with long names. */
function fillPeople() {
  const { state } = dashboard
  const { personal, accounts } = state
  const email = `${LONG.slice(0, 60)}@${LONG.slice(0, 50)}.test`
  Object.assign(state.organization ?? {}, { name: `Acme ${LONG}`, slug: LONG.slice(0, 60) })
  state.domains = [`${LONG.slice(0, 50)}.test`]
  state.members.push(aMember('member-long', { name: `Grace ${LONG}`, email }))
  state.invitations.push(anInvitation('invitation-long', { email, inviterName: LONG }))
  state.audit.push(anAuditEntry(1, { subject: { kind: 'member', id: LONG, label: email }, after: { [LONG]: LONG } }))
  Object.assign(personal.profile, { name: `Ada ${LONG}`, email, emailVerified: false })
  personal.superAdmin = true
  personal.browsers = [{ ...aBrowser(CURRENT_BROWSER), userAgent: LONG }, aBrowser('another')]
  personal.apiKeys = [anApiKey('key-long', { name: `Key ${LONG}`, organizationName: LONG })]
  personal.users = [
    anAdminUser(idOf(7), { name: `User ${LONG}`, email, organizations: [{ id: 'org-long', name: LONG, role: 'owner' }] }),
    anAdminUser(idOf(8), { name: 'Suspended person', email, suspendedAt: minutesAgo(5) }),
  ]
  const organization = { id: idOf(9), name: `Organization ${LONG}`, slug: LONG, memberCount: 1_000, createdAt: minutesAgo(1) }
  personal.deploymentAudit = state.audit
  personal.allOrganizations = [{ ...organization, isPersonal: true }]
  accounts.invitations = [
    aReceivedInvitation('invitation-mine', { email, organizationName: `Umbrella ${LONG}`, inviterName: LONG }),
    aReceivedInvitation('invitation-ended', { status: 'canceled' }),
  ]
  accounts.devices = [aDeviceRequest('ABCD-1234', { clientName: LONG, userAgent: LONG })]
  accounts.mails = [aMail('mail-1', { to: email, subject: `Mail ${LONG}`, text: LONG })]
  accounts.suggestions = [{ id: 'org-suggested', name: `Suggested ${LONG}`, memberCount: 2 }]
}

/** Somebody who has taken none of the first steps. */
function fillNewcomer() {
  fillPeople()
  dashboard.state.personal.onboarded = false
}

const START = 'averylong'
const OUTSIDE = { signedIn: false } as const

interface PageOf {
  path: string
  /** What stands there once it is loaded. */
  text: string
  signedIn?: boolean
  fill?: () => void
}

const PAGES: PageOf[] = [
  { path: '/sign-in', text: 'Sign in to Proliferate', ...OUTSIDE },
  { path: '/sign-in?error=auth.suspended', text: 'Your account is suspended', ...OUTSIDE },
  { path: '/sign-up', text: 'Create an account', ...OUTSIDE },
  { path: '/forgot-password', text: 'Forgot your password?', ...OUTSIDE },
  { path: '/reset-password?token=long', text: 'Choose a new password', ...OUTSIDE },
  { path: '/verify-email?token=long', text: 'This link', ...OUTSIDE },
  { path: '/dashboard/sessions', text: `Fix ${START}` },
  { path: `/workspace/${SESSION}`, text: 'All tests pass.' },
  { path: '/dashboard/runs', text: `Issue: ${START}` },
  { path: `/dashboard/runs/${idOf(201)}`, text: 'Failed during execution' },
  { path: '/dashboard/deliveries', text: 'issues' },
  { path: `/dashboard/deliveries/${idOf(301)}`, text: 'Not matched' },
  { path: '/dashboard/automations', text: `Automation ${START}` },
  { path: `/dashboard/automations/${idOf(501)}`, text: 'Run now' },
  { path: '/dashboard/repositories', text: `acme/${START}` },
  { path: '/dashboard/integrations', text: `Workspace ${START}` },
  { path: '/dashboard/nothing', text: 'This page does not exist' },
  { path: '/settings/profile', text: 'This browser' },
  { path: '/settings/api-keys', text: `Key ${START}` },
  { path: '/settings/general', text: 'Transfer ownership' },
  { path: '/settings/members', text: `Grace ${START}` },
  { path: '/settings/audit', text: 'Ada Lovelace' },
  { path: '/admin/users', text: `User ${START}` },
  { path: '/admin/organizations', text: `Organization ${START}` },
  { path: '/admin/audit', text: 'Ada Lovelace' },
  { path: '/device', text: 'code' },
  { path: '/device?code=ABCD-1234', text: START },
  { path: '/invitations/invitation-mine', text: START },
  { path: '/invitations/invitation-ended', text: 'invitation' },
  { path: '/dev/mailbox?mail=mail-1', text: `Mail ${START}` },
  { path: '/onboarding', text: 'team', fill: fillNewcomer },
  { path: '/onboarding/complete', text: 'You are set' },
]

const SCREENS = [
  { viewport: PHONE, colorScheme: 'light' },
  { viewport: PHONE, colorScheme: 'dark' },
  { viewport: WIDE, colorScheme: 'light' },
] as const

/** What reaches beyond the screen, and is cut off or makes the page scroll sideways. */
function outsideOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cut = (element: Element): boolean => {
      const parent = element.parentElement
      if (parent === null) return false
      return /hidden|auto|scroll|clip/.test(getComputedStyle(parent).overflowX) || cut(parent)
    }
    const { scrollWidth, clientWidth } = document.documentElement
    const scrolls = scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide`] : []
    return [...document.querySelectorAll('main *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !cut(element))
      .map((element) => element.outerHTML.slice(0, 120))
      .concat(scrolls)
  })
}

it.each(PAGES)('$path fits phones and wide screens, light and dark, and is named', async (about) => {
  const { path, text, signedIn = true, fill: make = fill } = about
  make()
  const page = await dashboard.open(path, { viewport: PHONE, signedIn })
  for (const { viewport, colorScheme } of SCREENS) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await page.getByText(text).filter({ visible: true }).first().waitFor()
    expect(await outsideOf(page), `${viewport.width} ${colorScheme}`).toEqual([])
  }
  await expect.poll(() => page.title()).toMatch(/ · Proliferate$/)
  expect(await page.getByRole('main').count()).toBe(1)
})

/** People connect services, and automations run on events. */
const BANNED = /\b(providers?|triggers?|oauth|mcp)\b/i
/** A snapshot without the addresses that links lead to. */
const readable = (snapshot: string) => snapshot.replaceAll(/^\s*- \/url: .*$/gm, '')

it('names every control, and nothing in words of the trade', async () => {
  for (const { path, text, signedIn = true, fill: make = fill } of PAGES) {
    make()
    const page = await dashboard.open(path, { signedIn })
    await page.getByText(text).filter({ visible: true }).first().waitFor()
    const snapshot = await page.locator('body').ariaSnapshot()
    expect(snapshot, path).not.toMatch(/- (button|link|textbox|combobox|tab)( \[[^\]]*\])*:?$/m)
    expect(readable(snapshot), path).not.toMatch(BANNED)
    await dashboard.reset()
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
  expect(await focused()).toContain(`Fix ${START}`)
  await page.keyboard.press('j')
  await expect.poll(focused).toBe('Second')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Second' }).waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main')
  await expect.poll(() => page.getByRole('textbox', { name: 'Prompt' }).isEnabled()).toBe(true)
  const isPrompt = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') === 'Prompt')
  for (let press = 0; press < 15 && !(await isPrompt()); press += 1) await page.keyboard.press('Tab')
  await page.keyboard.type('By keyboard')
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: 'Prompt by' }).getByText('By keyboard').waitFor()
  await page.getByRole('button', { name: 'Your account' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(focused).toBe('Profile')
  for (const item of ['API keys', 'Admin', 'Light', 'Dark']) {
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
  await expect.poll(place).toBeLessThan(before)
  const moved = await place()
  await page.reload()
  await divider.waitFor()
  await expect.poll(async () => Math.abs((await place()) - moved)).toBeLessThan(12)
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

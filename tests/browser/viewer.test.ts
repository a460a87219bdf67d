import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verbsOf } from '#domain/identity'
import { aDelivery, aRun, aSession, idOf } from '../fakes/api-data.ts'
import { playBoot, playTurn } from '../fakes/session-script.ts'
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

const SESSION = `/workspace/${idOf(1)}`

/** A session in the middle of its work, as a viewer meets it. */
function asViewer() {
  const { state } = dashboard
  state.role = 'viewer'
  const live = state.addSession(aSession(1, { title: 'Fix slugify', branch: 'agent/slugify' }))
  playBoot(live)
  playTurn(live)
  return live
}

describe('to a viewer, a session', () => {
  it('shows where it stands and its facts, and says in words what is closed', async () => {
    asViewer()
    const page = await dashboard.open(SESSION)
    await page.getByRole('heading', { name: 'Fix slugify' }).waitFor()
    await page.getByText('Viewers see where a session stands, not its conversation and changes.').waitFor()
    const facts = page.getByRole('region', { name: 'Session' }).or(page.locator('dl'))
    for (const text of ['Running', 'acme/text-tools', 'agent/slugify']) {
      await facts.getByText(text).first().waitFor()
    }
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  it('has no place to write, no conversation, no changes', async () => {
    asViewer()
    const page = await dashboard.open(SESSION)
    await page.getByText('Viewers see where a session stands').waitFor()
    for (const role of ['textbox', 'log', 'tab'] as const) expect(await page.getByRole(role).count()).toBe(0)
    expect(await page.getByRole('button', { name: /Stop|Send/ }).count()).toBe(0)
  })

  it('opens no socket and asks for no event', async () => {
    const live = asViewer()
    const context = await dashboard.open('/dashboard/sessions')
    const sockets: string[] = []
    context.on('websocket', (socket) => sockets.push(socket.url()))
    await context.getByRole('link', { name: 'Fix slugify' }).click()
    await context.getByText('Viewers see where a session stands').waitFor()
    expect(sockets).toEqual([])
    expect(live.followers).toBe(0)
    expect(dashboard.state.requests.filter(({ path }) => path.endsWith('/events'))).toEqual([])
  })

  it('follows the status all the same', async () => {
    asViewer()
    const page = await dashboard.open(SESSION)
    await page.getByText('Running').first().waitFor()
    Object.assign(dashboard.state.sessions[0] ?? {}, { status: 'stopped', endedAt: new Date().toISOString() })
    await page.getByText('Running').first().waitFor({ state: 'detached' })
  })

  it.each(['member', 'admin', 'owner'] as const)('is open to a %s', async (role) => {
    const live = asViewer()
    dashboard.state.role = role
    const page = await dashboard.open(SESSION)
    await page.getByRole('log').waitFor()
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor()
    await expect.poll(() => live.followers).toBe(1)
  })
})

describe('to a viewer, the lists', () => {
  it('show sessions, runs and deliveries, and offer nothing that is refused', async () => {
    asViewer()
    dashboard.state.runs.push(aRun(201))
    dashboard.state.deliveries.push(aDelivery(301))
    const page = await dashboard.open('/dashboard/sessions')
    await page.getByRole('link', { name: 'Fix slugify' }).waitFor()
    expect(await page.getByRole('button', { name: 'New session' }).count()).toBe(0)
    await page.goto(`${dashboard.url}/dashboard/runs/${idOf(201)}`)
    await page.getByText('Fix labelled issues').first().waitFor()
    expect(await page.getByRole('button', { name: 'Cancel run' }).count()).toBe(0)
    await page.goto(`${dashboard.url}/dashboard/deliveries`)
    await page.getByRole('link', { name: 'issues' }).first().waitFor()
  })
})

it('asks for no verb that the API does not know', () => {
  const web = join(import.meta.dirname, '../../web')
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
  const asked = files.flatMap((file) => {
    const text = readFileSync(join(web, file), 'utf8')
    return [...text.matchAll(/useMay(?:Own)?\('([^']+)'\)/g)].map(([, verb]) => verb)
  })
  const owner = { kind: 'user', userId: 'u', userName: 'U', organizationId: 'o', role: 'owner' } as const
  expect(asked.length).toBeGreaterThan(8)
  expect(asked.filter((verb) => !verbsOf(owner).includes(verb ?? ''))).toEqual([])
})

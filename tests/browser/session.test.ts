import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CLOSE } from '#schema/contracts/session-socket'
import { aSession, DIFF, idOf } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import type { LiveSession } from '../fakes/live-session.ts'
import { aCommand, FIRST_PROMPT, playBoot, playSuccess, playTurn } from '../fakes/session-script.ts'
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

const ID = idOf(1)
const PATH = `/workspace/${ID}`

function aLiveSession(change: Parameters<typeof aSession>[1] = {}): LiveSession {
  return dashboard.state.addSession(aSession(1, { title: 'Fix slugify', ...change }))
}

const log = (page: Page) => page.getByRole('log', { name: 'Conversation' })

describe('a session that starts', () => {
  it('shows stage by stage what is being waited for', async () => {
    const live = aLiveSession({ status: 'starting' })
    playBoot(live, 'clone')
    const page = await dashboard.open(PATH)
    const boot = page.getByRole('region', { name: 'Starting sandbox' })
    await boot.getByText('local sandbox').waitFor()
    const steps = boot.getByRole('listitem')
    expect(await steps.allTextContents()).toEqual([
      expect.stringMatching(/^Queued done.*140 ms$/),
      expect.stringMatching(/^Sandbox done.*620 ms$/),
      expect.stringMatching(/^Clone in progress.*acme\/text-tools at main\d+ s|\d\.\d s$/),
      expect.stringMatching(/^Setup waiting$/),
      expect.stringMatching(/^Agent waiting$/),
      expect.stringMatching(/^Ready waiting$/),
    ])
    const done = { type: 'boot.stage', generation: 1, state: 'finished', detail: null, durationMs: 900 } as const
    live.append([
      { ...done, stage: 'clone' },
      { ...done, stage: 'ready' },
      { type: 'session.status', status: 'running', reason: null },
    ])
    await page.getByRole('button', { name: 'Sandbox ready' }).waitFor()
    await page.getByRole('heading', { name: 'Fix slugify' }).waitFor()
    await page.locator('header').getByText('Running').waitFor()
  })

  it('says why it could not', async () => {
    const live = aLiveSession({ status: 'starting' })
    const page = await dashboard.open(PATH)
    const boot = { type: 'boot.stage', generation: 1, stage: 'provider', durationMs: 5_000 } as const
    live.append([
      { ...boot, state: 'failed', detail: 'connect ECONNREFUSED 127.0.0.1:7070' },
      { type: 'session.status', status: 'failed', reason: 'The sandbox host does not answer' },
    ])
    await page.getByRole('region', { name: 'Sandbox could not start' }).getByText('connect ECONNREFUSED').waitFor()
    await page.getByRole('alert').getByText('The sandbox host does not answer').waitFor()
    expect(await page.getByRole('textbox', { name: 'Prompt' }).isDisabled()).toBe(true)
  })
})

describe('a session at work', () => {
  it('streams text as it is written, and tool calls as rows that open', async () => {
    const live = aLiveSession()
    playBoot(live)
    live.append({ type: 'prompt.started', promptId: FIRST_PROMPT })
    const page = await dashboard.open(PATH)
    await page.getByRole('article', { name: 'Prompt by Ada Lovelace' }).waitFor()
    live.write('part', 'I will look at ')
    await log(page).getByText('I will look at').waitFor()
    live.write('part', '`slugify`.')
    await log(page).locator('code', { hasText: 'slugify' }).waitFor()
    live.append({ type: 'text.completed', messageId: 'message', partId: 'part', text: 'I will look at `slugify`.' })
    const [started, finished] = aCommand('call', 'npm test', 'ℹ pass 2\nℹ fail 1', true)
    live.append(started!)
    const row = page.getByRole('button', { name: '>_ npm test' })
    await row.getByText('running').waitFor({ state: 'attached' })
    live.append(finished!)
    await row.getByText('failed').waitFor({ state: 'attached' })
    expect(await row.getAttribute('aria-expanded')).toBe('false')
    await row.click()
    expect(await page.getByLabel('Output', { exact: true }).textContent()).toBe('ℹ pass 2\nℹ fail 1')
    expect(await log(page).getByRole('article', { name: 'Agent' }).count()).toBe(1)
  })

  it('keeps reasoning closed until it is asked for', async () => {
    const live = aLiveSession()
    live.append({ type: 'reasoning.completed', messageId: 'm', partId: 'r', text: 'The accent has to be split.' })
    const page = await dashboard.open(PATH)
    const thought = page.getByRole('button', { name: 'Thought' })
    await thought.waitFor()
    expect(await page.getByText('The accent has to be split.').count()).toBe(0)
    await thought.click()
    await page.getByText('The accent has to be split.').waitFor()
  })

  it('shows the diff, file by file', async () => {
    const live = aLiveSession()
    const page = await dashboard.open(PATH)
    await page.getByText('No changes yet').waitFor()
    live.append(DIFF)
    await page.getByRole('tab', { name: 'Changes 3' }).waitFor()
    const file = page.getByRole('region', { name: 'src/slugify.ts' })
    await file.getByText(".normalize('NFKD')").waitFor()
    await file.getByRole('button', { name: 'src/slugify.ts', exact: true }).click()
    await file.getByText(".normalize('NFKD')").waitFor({ state: 'detached' })
    await page.getByRole('list', { name: 'Changed files' }).getByRole('button', { name: 'docs/CHANGES.md' }).click()
    const focused = () => page.evaluate(() => document.activeElement?.closest('section')?.getAttribute('aria-label'))
    await expect.poll(focused).toBe('docs/CHANGES.md')
  })

  it('tells how fresh the checkpoint is', async () => {
    const live = aLiveSession()
    playBoot(live)
    playTurn(live)
    const page = await dashboard.open(PATH)
    await page.getByText(/^safe [45]\d s ago$/).waitFor()
  })

  it('cancels the turn', async () => {
    const live = aLiveSession()
    playBoot(live)
    live.append({ type: 'prompt.started', promptId: FIRST_PROMPT })
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await until(() => dashboard.state.requestsTo('POST', `/api/sessions/${ID}/cancel`).length, (sent) => sent === 1)
    live.append({ type: 'prompt.finished', promptId: FIRST_PROMPT, outcome: 'canceled', error: null })
    await page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' })
    await log(page).getByText('Canceled').waitFor()
  })

  it('ends with the outcome, the pushed branch and a link to the run', async () => {
    const live = aLiveSession({ clientType: 'automation', runId: idOf(201) })
    playBoot(live)
    playTurn(live)
    const page = await dashboard.open(PATH)
    await page.locator('header').getByText('Running').waitFor()
    playSuccess(live, idOf(201))
    const outcome = page.getByRole('region', { name: 'Outcome' })
    await outcome.getByText('Succeeded').waitFor()
    await outcome.getByText('Accents are decomposed').waitFor()
    expect(await outcome.getByRole('link', { name: 'View run' }).getAttribute('href')).toContain(idOf(201))
    await page.locator('header').getByText('proliferate/fix-labelled-issues-3f9a12bc').waitFor()
    const box = page.getByRole('textbox', { name: 'Prompt' })
    expect(await box.getAttribute('placeholder')).toBe('This session has ended. Start a new one to go on.')
  })

  it('shows what the agent writes, and nothing it could do', async () => {
    const live = aLiveSession()
    const harmful = '<img src=x onerror=alert(1)> ![p](https://evil.example/p.png) [go](javascript:alert(1))'
    const text = `${harmful} [ok](https://a.example)`
    live.append({ type: 'text.completed', messageId: 'm', partId: 'p', text })
    const page = await dashboard.open(PATH)
    await log(page).getByRole('link', { name: 'ok' }).waitFor()
    expect(await log(page).locator('img, iframe, script').count()).toBe(0)
    expect(await log(page).getByRole('link').count()).toBe(1)
  })
})

describe('prompting', () => {
  it('sends by Enter, once, and begins a line by Shift and Enter', async () => {
    const live = aLiveSession()
    const page = await dashboard.open(PATH)
    const box = page.getByRole('textbox', { name: 'Prompt' })
    await box.fill('First line')
    await box.press('Shift+Enter')
    await page.keyboard.type('second line')
    await box.press('Enter')
    await log(page).getByText('First line').waitFor()
    expect(await box.inputValue()).toBe('')
    await until(() => live.events.length, (count) => count === 1)
    const sent = dashboard.state.requestsTo('POST', `/api/sessions/${ID}/prompts`)
    expect(sent.map(({ body }) => body)).toEqual([{ text: 'First line\nsecond line' }])
    expect(sent[0]?.idempotencyKey).toMatch(/^[\w-]{36}$/)
    expect(await log(page).getByRole('article').count()).toBe(1)
  })

  it('gives a refused prompt back, and sends it again under the same key', async () => {
    aLiveSession()
    const path = `/api/sessions/${ID}/prompts`
    dashboard.state.fail(path, new ApiProblem(503, 'session.unreachable', 'The session cannot be reached'), 1)
    const page = await dashboard.open(PATH)
    const box = page.getByRole('textbox', { name: 'Prompt' })
    await box.fill('Go on')
    await box.press('Enter')
    await page.getByText('The prompt was not sent').waitFor()
    await expect.poll(() => box.inputValue()).toBe('Go on')
    await box.press('Enter')
    await log(page).getByText('Go on').waitFor()
    const asked = await until(() => dashboard.state.requestsTo('POST', path), (all) => all.length === 2)
    const keys = asked.map(({ idempotencyKey }) => idempotencyKey)
    expect(keys[0]).toBe(keys[1])
  })

  it('is closed to who may read and not prompt, and says so', async () => {
    dashboard.state.withheld.add('sessions:prompt')
    aLiveSession()
    const page = await dashboard.open(PATH)
    const box = page.getByRole('textbox', { name: 'Prompt' })
    await box.waitFor()
    expect(await box.isDisabled()).toBe(true)
    expect(await box.getAttribute('placeholder')).toBe('Your role does not prompt sessions.')
  })

  it('wakes a paused session', async () => {
    aLiveSession({ status: 'paused' })
    const page = await dashboard.open(PATH)
    await page.getByPlaceholder('Paused: a prompt wakes it up').fill('Go on')
    await page.keyboard.press('Enter')
    await log(page).getByText('Go on').waitFor()
  })
})

describe('the connection', () => {
  it('comes back by itself, with nothing missing and nothing double', async () => {
    const live = aLiveSession()
    live.append(aCommand('one', 'npm ci', 'ok'))
    live.write('part', 'Half a sentence')
    const page = await dashboard.open(PATH)
    await log(page).getByText('Half a sentence').waitFor()
    dashboard.state.socketsRefused = true
    live.drop()
    await page.getByRole('status').getByText('Reconnecting…').waitFor()
    live.write('part', ' is finished')
    live.append(aCommand('two', 'npm test', 'ok'))
    dashboard.state.socketsRefused = false
    await log(page).getByText('Half a sentence is finished').waitFor()
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: '>_ npm' }).count()).toBe(2)
    expect(live.heard.filter((frame) => frame.type === 'resume').map((frame) => frame.lastSeq)).toEqual([0, 2])
  })

  it('acknowledges what was read', async () => {
    const live = aLiveSession()
    live.append(aCommand('one', 'npm ci', 'ok'))
    await dashboard.open(PATH)
    await until(() => live.heard.at(-1), (frame) => frame?.type === 'ack' && frame.seq === 2)
  })

  it('stops when the session is deleted, and says so', async () => {
    const live = aLiveSession()
    const page = await dashboard.open(PATH)
    await page.getByText('Nothing has happened yet').waitFor()
    live.close(CLOSE.deleted)
    await page.getByText('This session was deleted.').waitFor()
    await page.getByRole('button', { name: 'Reload' }).waitFor()
    await until(() => live.followers, (followers) => followers === 0)
  })

  it('reads earlier events when their place comes into view', async () => {
    const live = aLiveSession()
    live.resumeWindow = 40
    for (let n = 1; n <= 200; n += 1) live.append(aCommand(`call-${n}`, `echo ${n}`, 'ok'))
    const page = await dashboard.open(PATH)
    await page.getByRole('button', { name: '>_ echo 200 ' }).waitFor()
    expect(await page.getByRole('button', { name: '>_ echo 150 ' }).count()).toBe(0)
    const box = page.locator('[data-conversation]')
    await box.evaluate((element) => element.scrollTo({ top: 0 }))
    await page.getByRole('button', { name: '>_ echo 150 ' }).waitFor({ state: 'attached' })
    await expect.poll(() => box.evaluate((element) => element.scrollTop > 200)).toBe(true)
    await page.getByRole('button', { name: 'Latest' }).click()
    live.append(aCommand('last', 'echo done', 'ok'))
    await page.getByRole('button', { name: '>_ echo done' }).waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Latest' }).count()).toBe(0)
  })
})

describe('on a phone', () => {
  it('shows one view at a time', async () => {
    const live = aLiveSession()
    playBoot(live)
    playTurn(live)
    const page = await dashboard.open(PATH, { viewport: PHONE })
    await log(page).getByText('I will look at').waitFor()
    const views = page.getByRole('navigation', { name: 'View' })
    expect(await page.getByText('3 files changed').isVisible()).toBe(false)
    await views.getByRole('button', { name: 'Changes 3' }).click()
    await page.getByText('3 files changed').waitFor()
    expect(await log(page).isVisible()).toBe(false)
    await views.getByRole('button', { name: 'Details' }).click()
    await page.getByText('1 of 3').waitFor()
    await views.getByRole('button', { name: 'Conversation' }).click()
    await log(page).getByText('I will look at').waitFor()
  })
})

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { ApiError, createClient } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { signInLink } from '../../scripts/dev/describe.ts'
import { apiOf, startRealStack } from './real-stack.ts'
import type { RealStack } from './real-stack.ts'

let real: RealStack
beforeAll(async () => {
  real = await startRealStack()
})
afterAll(() => real?.stop())
afterEach(async () => {
  expect(await real.reset()).toEqual([])
})

const ADA = { name: 'Ada Lovelace', email: 'ada@acme.example', password: 'a loom of numbers' }
const BO = { name: 'Bo Diddley', email: 'bo@acme.example', password: 'a square guitar' }
const PROMPT = 'Say what you have prepared'
const ANSWER = 'I have nothing prepared for this.'
/** Within this a page must notice that its person was removed; a real agent answers in less, too. */
const MINUTE_MS = 60_000
const SECOND_MS = 1_000

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const heading = (page: Page, name: string) => page.getByRole('heading', { name })

async function fillAccount(page: Page, person: typeof ADA) {
  await page.getByLabel('Name').fill(person.name)
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await button(page, 'Create account').click()
}

/** Opens a mail in the mailbox page, and the link in it as whoever got it would. */
async function followMail(page: Page, mail: RegExp, link: string) {
  await button(page, mail).click()
  await page.frameLocator('iframe').getByRole('link', { name: link }).click()
}

test('a team comes together: sign-up, organization, invitation, viewer, removed', async () => {
  const { step, repository } = real
  const ada = await real.open('/')

  await step('Ada signs up', async () => {
    await ada.getByRole('link', { name: 'Create an account' }).click()
    await fillAccount(ada, ADA)
    await heading(ada, 'Check your inbox').waitFor()
  })
  await step('Ada verifies her address from the mailbox page', async () => {
    await ada.getByRole('link', { name: 'mailbox' }).click()
    await followMail(ada, /^Verify .*ada@acme\.example$/, 'Verify address')
    await heading(ada, 'Who is it for?').waitFor()
  })
  await step('Ada is taken through the first steps of a team', async () => {
    await button(ada, /^My team/).click()
    await ada.getByLabel('Name').fill('Acme')
    await button(ada, 'Create organization').click()
    await heading(ada, 'Tell us about your work').waitFor()
    await button(ada, 'Continue').click()
  })
  await step('Ada invites Bo', async () => {
    await heading(ada, 'Invite your teammates').waitFor()
    await ada.getByLabel('Email addresses').fill(BO.email)
    await button(ada, 'Invite 1 person').click()
    await ada.getByText('invited by email').waitFor()
    await button(ada, 'Continue').click()
  })
  await step('Ada connects a private repository', async () => {
    await ada.getByLabel('Git URL').fill(repository.url)
    expect(await ada.getByLabel('Name', { exact: true }).inputValue()).toBe(repository.name)
    await ada.getByLabel('It is private').check()
    await ada.getByLabel('User name').fill(repository.username)
    await ada.getByLabel('Access token').fill(repository.token)
    await button(ada, 'Connect repository').click()
    await heading(ada, 'You are set').waitFor()
    await ada.getByText('Acme is ready for its first session.').waitFor()
  })
  await step('Ada starts a session', async () => {
    await ada.getByRole('link', { name: 'Start a session' }).click()
    await button(ada, 'New session').first().click()
    await ada.getByLabel('Prompt').fill(PROMPT)
    await button(ada, 'Start session').click()
    await ada.getByRole('log').getByText(PROMPT).waitFor()
  })

  const bo = await real.open('/dev/mailbox')
  await step('Bo opens the invitation, and signs up', async () => {
    await followMail(bo, /^Ada Lovelace invites you to Acme .*bo@acme\.example$/, 'Accept invitation')
    await heading(bo, 'Join Acme').waitFor()
    await bo.getByRole('link', { name: 'Create an account to accept' }).click()
    expect(await bo.getByLabel('Email').inputValue()).toBe(BO.email)
    await fillAccount(bo, BO)
    await heading(bo, 'Check your inbox').waitFor()
  })
  await step('Bo verifies the address, and accepts', async () => {
    await bo.getByRole('link', { name: 'mailbox' }).click()
    await followMail(bo, /^Verify .*bo@acme\.example$/, 'Verify address')
    await button(bo, 'Accept').click()
    await heading(bo, 'Sessions').waitFor()
  })
  await step('Bo, a member, watches the session', async () => {
    await bo.getByRole('table', { name: 'Sessions' }).getByRole('link').first().click()
    await bo.getByRole('log').getByText(PROMPT).waitFor()
    await bo.getByRole('textbox', { name: 'Prompt' }).waitFor()
    await bo.getByRole('log').getByText(ANSWER).waitFor({ timeout: 2 * MINUTE_MS })
  })

  await step('Ada makes Bo a viewer', async () => {
    await ada.getByRole('link', { name: 'Settings' }).click()
    await ada.getByRole('link', { name: 'Members' }).click()
    await ada.getByRole('combobox', { name: 'Role of Bo Diddley' }).click()
    await ada.getByRole('option', { name: 'Viewer' }).click()
    await ada.getByText('Bo Diddley is a viewer now').waitFor()
  })
  await step('the open session closes to Bo', async () => {
    await bo.getByText('Viewers see where a session stands').waitFor({ timeout: MINUTE_MS })
    expect(await bo.getByRole('log').count()).toBe(0)
    expect(await bo.getByRole('textbox').count()).toBe(0)
    expect(await bo.getByText(ANSWER).count()).toBe(0)
  })
  await step('Bo sees lists and status, and is offered nothing that is refused', () => viewsAsViewer(bo))
  await step('the API refuses a viewer too', () => isRefused(bo))

  await step('Ada removes Bo', async () => {
    await button(ada, 'Remove Bo Diddley').click()
    await ada.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await ada.getByText('Bo Diddley was removed').waitFor()
    await button(ada, 'Remove Bo Diddley').waitFor({ state: 'detached' })
  })
  await step('the open page of Bo falls out of Acme, although it asks for nothing by itself', async () => {
    await bo.getByText('You are no longer a member of Acme.').waitFor({ timeout: MINUTE_MS })
    await bo.getByText('Acme', { exact: true }).waitFor({ state: 'detached' })
    // Nobody is without a workspace: one of Bo's own is opened, and asks its first question.
    await heading(bo, 'Who is it for?').waitFor()
  })
})

async function viewsAsViewer(page: Page) {
  const main = page.getByRole('main')
  const goTo = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
  await goTo('Sessions')
  await main.getByRole('table', { name: 'Sessions' }).getByRole('link').first().waitFor()
  expect(await button(page, 'New session').count()).toBe(0)
  await goTo('Runs')
  await heading(page, 'Runs').waitFor()
  await goTo('Deliveries')
  await heading(page, 'Deliveries').waitFor()
  await goTo('Settings')
  await main.getByText('Leave').first().waitFor()
  expect(await main.getByText(/Delete|Transfer/).count()).toBe(0)
  const settings = page.getByRole('navigation', { name: 'Settings' })
  expect(await settings.getByRole('link').allInnerTexts()).toEqual(['Profile', 'API keys', 'General', 'Members'])
  await settings.getByRole('link', { name: 'Members' }).click()
  await main.getByText(ADA.name).waitFor()
  expect(await main.getByRole('button', { name: /Invite|Remove/ }).count()).toBe(0)
  expect(await main.getByRole('combobox').count()).toBe(0)
}

async function isRefused(page: Page) {
  const call = await apiOf(page.context(), real.stack.urls.web)
  const { organization } = await call(endpoints.me.show)
  const [session] = (await call(endpoints.sessions.list)).items
  const params = { sessionId: session?.id ?? '' }
  const organizationId = organization?.id ?? ''
  const invitation = { params: { organizationId }, body: { email: 'cy@acme.example', role: 'member' } } as const
  const deletion = { params: { organizationId }, body: { confirmName: 'Acme' } }
  const asked = [
    call(endpoints.sessions.events, { params }),
    call(endpoints.sessions.prompt, { params, body: { text: 'Let me in' } }),
    call(endpoints.sessions.cancel, { params }),
    call(endpoints.audit.list),
    call(endpoints.invitations.create, invitation),
    call(endpoints.organizations.remove, deletion),
  ]
  const refused = await Promise.allSettled(asked)
  const forbidden = { status: 'rejected', reason: expect.objectContaining({ status: 403 }) as unknown }
  expect(refused).toEqual(asked.map(() => forbidden))
}

test('a command line is let in by the person at the browser, and its key works', async () => {
  const { step, stack } = real
  const strange = createClient({ baseUrl: stack.urls.web, fetch })
  const code = await strange(endpoints.device.code, { body: { clientName: 'CLI on workbench' } })
  const { deviceCode, intervalSeconds } = code
  const answers: number[] = []
  const ask = () =>
    strange(endpoints.device.token, { body: { deviceCode } }).catch((error: unknown) => {
      if (error instanceof ApiError) answers.push(error.status)
      throw error
    })
  // One second more than is allowed, because the other side's clock starts later.
  const asking = vi.waitFor(ask, { interval: (intervalSeconds + 1) * SECOND_MS, timeout: 3 * MINUTE_MS })
  asking.catch(() => undefined) // reported where it is awaited; the page may fail first
  await expect.poll(() => answers).toEqual([400])

  const page = await real.open('/sign-in')
  await step('the owner authorizes the device', async () => {
    await page.goto(signInLink(stack.urls.worker, stack.variables))
    await page.goto(code.verificationUrl)
    await heading(page, 'Authorize CLI on workbench?').waitFor()
    await page.getByText(code.userCode).waitFor()
    await button(page, 'Authorize').click()
    await page.getByText('You can close this window.').waitFor()
  })
  const { token, organization } = await step('the device is given its key', () => asking)
  const call = createClient({
    baseUrl: stack.urls.web,
    fetch,
    headers: () => ({ authorization: `Bearer ${token}` }),
  })
  const me = await call(endpoints.me.show)
  expect(me.organization?.id).toBe(organization.id)
  expect(me.user.email).toBe(stack.variables['DEV_OWNER_EMAIL'])
  await step('the key stands in the list of keys', async () => {
    await page.goto(`${stack.urls.web}/settings/api-keys`)
    await page.getByText('cli-token').waitFor()
  })
})

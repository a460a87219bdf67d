import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { aRepository } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
import { anOrganization } from '../fakes/organization-data.ts'
import { PHONE, startDashboard } from './dashboard.ts'
import type { Dashboard } from './dashboard.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard.stop())
beforeEach(() => {
  const { state } = dashboard
  state.personal.onboarded = false
  state.organizations = [anOrganization('org-acme', { name: 'Ada’s Workspace', slug: 'ada', isPersonal: true })]
})
afterEach(async () => {
  expect(await dashboard.reset()).toEqual([])
})

const question = (page: Page) => page.getByRole('heading', { name: 'Who is it for?' })
const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()
const away = () => new ApiProblem(503, 'database.unavailable', 'The database cannot be reached')

async function connect(page: Page) {
  await page.getByLabel('Git URL').fill('https://github.com/acme/text-tools.git')
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('acme/text-tools')
  await page.getByRole('button', { name: 'Connect repository' }).click()
}

it('leads a new person to the first steps, and who is alone through one to the end', async () => {
  const page = await dashboard.open('/')
  await question(page).waitFor()
  expect(new URL(page.url()).pathname).toBe('/onboarding')
  await page.getByRole('button', { name: 'Just me' }).click()
  await heading(page, 'Connect a repository')
  await page.getByText('Step 1 of 1').waitFor()
  await connect(page)
  await heading(page, 'You are set')
  expect(dashboard.state.repositories.map(({ name }) => name)).toEqual(['acme/text-tools'])
  expect(dashboard.state.personal.onboarded).toBe(true)
  await page.getByRole('link', { name: 'Open Proliferate' }).click()
  await heading(page, 'Sessions')
})

it('takes a team through organization, questions, invitations and repository', async () => {
  const { state } = dashboard
  const page = await dashboard.open('/dashboard/runs')
  await page.getByRole('button', { name: 'My team' }).click()
  await heading(page, 'Create your organization')
  await page.getByLabel('Name').fill('Text Tools')
  await page.getByRole('button', { name: 'Create organization' }).click()
  await heading(page, 'Tell us about your work')
  expect(state.organization?.name).toBe('Text Tools')
  const noted = () => state.requestsTo('PUT', '/api/onboarding').find(({ body }) => JSON.stringify(body).includes('done'))
  await expect.poll(() => noted()?.organizationId).toBe(state.organization?.id)
  await page.getByLabel('How many engineers are you?').click()
  await page.getByRole('option', { name: '2–10' }).click()
  await page.getByLabel('What should agents do for you?').fill('Fix what breaks')
  await page.getByRole('button', { name: 'Continue' }).click()
  await heading(page, 'Invite your teammates')
  expect(state.personal.stepsOf(state.organization!.id).answers).toEqual({
    teamSize: '2–10',
    useCase: 'Fix what breaks',
  })
  await page.getByLabel('Email addresses').fill('bo@acme.test\ncy@acme.test')
  await page.getByRole('button', { name: 'Invite 2 people' }).click()
  const results = page.getByRole('list', { name: 'Results' })
  await results.getByRole('listitem').filter({ hasText: 'cy@acme.test' }).getByText('invited by email').waitFor()
  expect(state.invitations.map(({ email, role }) => [email, role]).sort()).toEqual([
    ['bo@acme.test', 'member'],
    ['cy@acme.test', 'member'],
  ])
  await page.getByRole('button', { name: 'Continue' }).click()
  await connect(page)
  await heading(page, 'You are set')
  await page.getByText('Text Tools is ready for its first session.').waitFor()
})

it('resumes where it was left, and goes back', async () => {
  const page = await dashboard.open('/onboarding')
  await page.getByRole('button', { name: 'My team' }).click()
  await page.getByRole('button', { name: 'Keep my personal workspace' }).click()
  await page.getByRole('button', { name: 'Skip this step' }).click()
  await heading(page, 'Invite your teammates')
  await page.reload()
  await heading(page, 'Invite your teammates')
  await page.getByText('Step 3 of 4').waitFor()
  await page.getByRole('button', { name: 'Back' }).click()
  await heading(page, 'Tell us about your work')
  expect(await page.getByRole('button', { name: 'Back' }).count()).toBe(0)
})

it('lets one choose the other path at a first step', async () => {
  const page = await dashboard.open('/onboarding')
  await page.getByRole('button', { name: 'Just me' }).click()
  await heading(page, 'Connect a repository')
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('button', { name: 'My team' }).click()
  await heading(page, 'Create your organization')
})

it('can be left out, step by step or as a whole, and does not come back', async () => {
  const page = await dashboard.open('/onboarding')
  await page.getByRole('button', { name: 'Just me' }).click()
  await page.getByRole('button', { name: 'Skip this step' }).click()
  await heading(page, 'Almost there')
  await page.getByText('A session needs a repository.').waitFor()
  await page.getByRole('button', { name: 'Connect a repository' }).click()
  await connect(page)
  await heading(page, 'You are set')
  await page.getByText('is ready for its first session.').waitFor()
  dashboard.state.repositories = []
  dashboard.state.personal.onboarded = false
  await page.goto(`${dashboard.url}/dashboard/sessions`)
  await page.getByRole('button', { name: 'Finish setup later' }).click()
  await heading(page, 'Sessions')
  await page.goto(`${dashboard.url}/onboarding`)
  await heading(page, 'Sessions')
})

it('tells of each invitation what became of it, and keeps what is to be corrected', async () => {
  const { state } = dashboard
  state.mailOn = false
  const page = await dashboard.open('/onboarding')
  await page.getByRole('button', { name: 'My team' }).click()
  await page.getByRole('button', { name: 'Keep my personal workspace' }).click()
  await page.getByRole('button', { name: 'Skip this step' }).click()
  const addresses = page.getByLabel('Email addresses')
  await addresses.fill('bo@acme.test cy@')
  await page.getByRole('button', { name: /^Invite/ }).click()
  await page.getByRole('alert').getByText('Not an address: cy@').waitFor()
  await addresses.fill(Array.from({ length: 21 }, (_, index) => `p${index}@acme.test`).join(','))
  await page.getByRole('button', { name: 'Invite 21 people' }).click()
  await page.getByRole('alert').getByText('These are 21. Invite 20 at a time.').waitFor()
  await addresses.fill('bo@acme.test')
  const path = `/api/organizations/org-acme/invitations`
  state.fail(path, new ApiProblem(409, 'invitation.already_member', 'That person is a member already'), 1)
  await page.getByRole('button', { name: 'Invite 1 person' }).click()
  const result = page.getByRole('listitem').filter({ hasText: 'bo@acme.test' })
  await result.getByText('That person is a member already').waitFor()
  expect(await addresses.inputValue()).toBe('bo@acme.test')
  await page.getByRole('button', { name: 'Invite 1 person' }).click()
  await result.getByRole('button', { name: 'Copy invitation link for bo@acme.test' }).waitFor()
  const keys = state.requestsTo('POST', path).map(({ idempotencyKey }) => idempotencyKey)
  expect(new Set(keys).size).toBe(1)
})

it('hands in what git signs in with, for a private repository', async () => {
  const page = await dashboard.open('/onboarding')
  await page.getByRole('button', { name: 'Just me' }).click()
  await page.getByLabel('It is private').check()
  expect(await page.getByLabel('User name').inputValue()).toBe('')
  await page.getByLabel('Git URL').fill('https://github.com/acme/text-tools.git')
  expect(await page.getByLabel('User name').inputValue()).toBe('x-access-token')
  await page.getByLabel('Access token').fill('secret')
  await page.getByLabel('Branch').fill('trunk')
  await connect(page)
  await heading(page, 'You are set')
  expect(dashboard.state.requestsTo('POST', '/api/repositories')[0]?.body).toEqual({
    name: 'acme/text-tools',
    url: 'https://github.com/acme/text-tools.git',
    defaultBranch: 'trunk',
    credential: { username: 'x-access-token', password: 'secret' },
  })
})

it('says at every step what went wrong, and goes on with the next try', async () => {
  const { state } = dashboard
  const page = await dashboard.open('/onboarding')
  await question(page).waitFor()
  state.fail('/api/onboarding', away(), 1)
  await page.getByRole('button', { name: 'Just me' }).click()
  await page.getByRole('alert').getByText('The database cannot be reached').waitFor()
  await page.getByRole('button', { name: 'Just me' }).click()
  state.fail('/api/repositories', new ApiProblem(403, 'auth.forbidden', 'As viewer you may not'), 1)
  await connect(page)
  await page.getByRole('alert').getByText('As viewer you may not').waitFor()
  state.fail('/api/onboarding/complete', away(), 1)
  await page.getByRole('button', { name: 'Connect repository' }).click()
  await page.getByRole('alert').getByText('The database cannot be reached').waitFor()
  await page.getByRole('button', { name: 'Connect repository' }).click()
  await heading(page, 'You are set')
  expect(state.repositories).toHaveLength(1)
})

it('says when it cannot be loaded', async () => {
  const page = await dashboard.open('/settings/profile')
  await heading(page, 'Profile')
  dashboard.state.fail('/api/onboarding', new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this'))
  await page.goto(`${dashboard.url}/onboarding`)
  await page.getByText('The first steps could not be loaded').waitFor()
  dashboard.state.heal('/api/onboarding')
  await page.getByRole('button', { name: 'Try again' }).click()
  await question(page).waitFor()
})

it.each([
  ['has a repository', () => void dashboard.state.repositories.push(aRepository(900))],
  ['was invited', () => void (dashboard.state.role = 'member')],
  ['was invited elsewhere', () => {
    dashboard.state.organizations.push(anOrganization('org-berg', { role: 'viewer', slug: 'berg' }))
  }],
  ['has been through it', () => void (dashboard.state.personal.onboarded = true)],
  ['cannot be asked about it', () => dashboard.state.fail('/api/onboarding', away())],
])('does not keep from work who %s', async (_, arrange) => {
  arrange()
  const page = await dashboard.open('/')
  await heading(page, 'Sessions')
})

it('offers the organizations of the own domain beside the two paths', async () => {
  dashboard.state.accounts.suggestions = [{ id: 'org-berg', name: 'Berg & Co', memberCount: 4 }]
  const page = await dashboard.open('/onboarding')
  await page.getByRole('heading', { name: 'Or join your team' }).waitFor()
  await page.getByRole('button', { name: 'Join Berg & Co' }).waitFor()
})

it('shows the end only once it is reached', async () => {
  const page = await dashboard.open('/onboarding/complete')
  await question(page).waitFor()
})

it('asks who is not signed in to sign in first', async () => {
  const page = await dashboard.open('/onboarding', { signedIn: false })
  await heading(page, 'Sign in to Proliferate')
  expect(new URL(page.url()).searchParams.get('next')).toBe('/onboarding')
})

it('fits a phone at every step', async () => {
  const page = await dashboard.open('/onboarding', { viewport: PHONE })
  const fits = async () => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
  }
  await page.getByRole('button', { name: 'My team' }).click()
  await heading(page, 'Create your organization')
  await fits()
  await page.getByRole('button', { name: 'Keep my personal workspace' }).click()
  for (const title of ['Tell us about your work', 'Invite your teammates', 'Connect a repository']) {
    await heading(page, title)
    await fits()
    await page.getByRole('button', { name: 'Skip this step' }).click()
  }
  await heading(page, 'Almost there')
  await fits()
})

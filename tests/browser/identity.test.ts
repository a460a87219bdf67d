import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { aSession, idOf } from '../fakes/api-data.ts'
import { ApiProblem, EMAIL, PASSWORD } from '../fakes/api-state.ts'
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

async function signIn(page: Page, password: string) {
  await page.getByLabel('Email').fill(EMAIL)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

it('leads who is not signed in to the sign-in, and then to the page that was asked for', async () => {
  dashboard.state.addSession(aSession(1, { title: 'Wanted' }))
  const page = await dashboard.open(`/workspace/${idOf(1)}`, { signedIn: false })
  await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  await expect.poll(() => page.title()).toBe('Sign in · Proliferate')
  await signIn(page, PASSWORD)
  await page.getByRole('heading', { name: 'Wanted' }).waitFor()
  expect(new URL(page.url()).pathname).toBe(`/workspace/${idOf(1)}`)
})

it('says when the password is wrong, and puts the cursor where it is to be corrected', async () => {
  const page = await dashboard.open('/', { signedIn: false })
  await signIn(page, 'wrong')
  await page.getByRole('alert').getByText('The email or the password is wrong.').waitFor()
  expect(await page.getByLabel('Password').evaluate((field) => field === document.activeElement)).toBe(true)
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
})

it('never leads to another site', async () => {
  const page = await dashboard.open('/sign-in?next=//evil.example', { signedIn: false })
  await signIn(page, PASSWORD)
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  expect(new URL(page.url()).origin).toBe(dashboard.url)
})

it('signs out, and shows nothing of before to the next one', async () => {
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  await page.goBack()
  await page.goto(`${dashboard.url}/dashboard/runs`)
  await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
})

it('asks to sign in again when the session has ended meanwhile', async () => {
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByText('No sessions yet').waitFor()
  await page.context().clearCookies()
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  expect(new URL(page.url()).searchParams.get('next')).toBe('/dashboard/runs')
})

it('tells an account without organization what to do', async () => {
  dashboard.state.organization = null
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByText('You are in no organization').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
})

it('says when the API is away, and opens once it is back', async () => {
  dashboard.state.fail('/api/me', new ApiProblem(503, 'database.unavailable', 'The database cannot be reached'))
  const page = await dashboard.open('/dashboard/sessions')
  await page.getByText('Proliferate could not be opened').waitFor()
  await page.getByText('The database cannot be reached').waitFor()
  dashboard.state.heal('/api/me')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
})

it('switches the theme, and keeps it before the first paint of the next visit', async () => {
  const page = await dashboard.open('/dashboard/sessions')
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await background()
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect.poll(background).not.toBe(light)
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.reload()
  expect(await page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(true)
})

it('follows the system until a theme is chosen', async () => {
  const page = await dashboard.open('/dashboard/sessions', { colorScheme: 'dark' })
  const isDark = () => page.evaluate(() => document.documentElement.classList.contains('dark'))
  await page.getByText('No sessions yet').waitFor()
  expect(await isDark()).toBe(true)
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(isDark).toBe(false)
})

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { aPerson, aReceivedInvitation } from '../fakes/account-state.ts'
import type { FakeInvitation } from '../fakes/account-state.ts'
import { aSession, minutesAgo } from '../fakes/api-data.ts'
import { ApiProblem } from '../fakes/api-state.ts'
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

function invite(change: Partial<FakeInvitation> = {}): FakeInvitation {
  const invitation = aReceivedInvitation('invitation-1', change)
  dashboard.state.accounts.invitations.push(invitation)
  return invitation
}
const open = (options: { signedIn?: boolean } = {}) => dashboard.open('/invitations/invitation-1', options)
const isClosed = (page: Page) => page.getByRole('heading', { name: 'This invitation is not open' }).waitFor()

it('shows who invites whom to where, and joins', async () => {
  invite({ role: 'admin' })
  dashboard.state.addSession(aSession(1, { title: 'Of Acme' }))
  dashboard.state.elsewhere.set('org-umbrella', {})
  const page = await open()
  await page.getByRole('heading', { name: 'Join Umbrella Labs' }).waitFor()
  const facts = await page.locator('dl').innerText()
  for (const fact of ['Umbrella Labs', 'Grace Hopper', 'Admin', 'ada@acme.test']) expect(facts).toContain(fact)
  await expect.poll(() => page.title()).toBe('Invitation · Proliferate')
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
  await page.getByText('Umbrella Labs').filter({ visible: true }).first().waitFor()
  await page.getByText('No sessions yet').waitFor()
  expect(await page.getByText('Of Acme').count()).toBe(0)
  expect(dashboard.state.organization?.id).toBe('org-umbrella')
})

it('can be declined', async () => {
  const invitation = invite()
  const page = await open()
  await page.getByRole('button', { name: 'Decline' }).click()
  await isClosed(page)
  await page.getByText('You have declined it.').waitFor()
  expect(invitation.status).toBe('rejected')
})

it('leads whoever has no account through the sign-up and back', async () => {
  invite({ email: 'alan@acme.test' })
  const page = await open({ signedIn: false })
  await page.getByRole('link', { name: 'Create an account to accept' }).click()
  expect(await page.getByLabel('Email').inputValue()).toBe('alan@acme.test')
  await page.getByLabel('Name').fill('Alan Turing')
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
})

it('leads whoever has an account through the sign-in and back', async () => {
  dashboard.state.accounts.people.push(aPerson())
  invite({ email: 'grace@acme.test' })
  const page = await open({ signedIn: false })
  await page.getByRole('link', { name: 'I have an account' }).click()
  expect(await page.getByLabel('Email').inputValue()).toBe('grace@acme.test')
  await page.getByLabel('Password').fill('a fine password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Accept' }).waitFor()
})

it('tells whoever is signed in with another address, and lets them change', async () => {
  invite({ email: 'grace@acme.test' })
  const page = await open()
  await page.getByText('you are signed in as ada@acme.test').waitFor()
  expect(await page.getByRole('button', { name: 'Accept' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Sign in with another account' }).click()
  await page.getByRole('heading', { name: 'Sign in to Proliferate' }).waitFor()
  expect(await page.getByLabel('Email').inputValue()).toBe('grace@acme.test')
  expect(new URL(page.url()).searchParams.get('next')).toBe('/invitations/invitation-1')
})

it('says when it stays signed in because the sign-out failed', async () => {
  invite({ email: 'grace@acme.test' })
  dashboard.state.fail('/api/auth/sign-out', new ApiProblem(503, 'auth.unavailable', 'Away'))
  const page = await open()
  await page.getByRole('button', { name: 'Sign in with another account' }).click()
  await page.getByRole('alert').getByText('You are still signed in.').waitFor()
})

it('does not care for the case of an address', async () => {
  invite({ email: 'Ada@Acme.test' })
  await (await open()).getByRole('button', { name: 'Accept' }).waitFor()
})

it.each([
  ['accepted', { status: 'accepted' }],
  ['declined', { status: 'rejected' }],
  ['taken back', { status: 'canceled' }],
  ['expired', { expiresAt: minutesAgo(1) }],
] as const)('that was %s is not open', async (_, change) => {
  invite(change)
  const page = await open({ signedIn: false })
  await isClosed(page)
  await page.getByText('ask whoever invited you').waitFor()
})

it.each(['missing', 'no%20id'])('with the id %s is not open', async (id) => {
  await isClosed(await dashboard.open(`/invitations/${id}`))
})

it.each([
  ['accepted', 'It was accepted already.'],
  ['canceled', 'It was declined or taken back, or it has expired.'],
] as const)('that is %s while it is read says so', async (status, because) => {
  const invitation = invite()
  const page = await open()
  const accept = page.getByRole('button', { name: 'Accept' })
  await accept.waitFor()
  invitation.status = status
  await accept.click()
  await isClosed(page)
  await page.getByText(because).waitFor()
})

it('waits for the address to be verified where that is enforced', async () => {
  invite()
  dashboard.state.accounts.options.verificationEnforced = true
  dashboard.state.personal.profile.emailVerified = false
  const page = await open()
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('alert').getByText('Verify your address first').waitFor()
  await page.getByRole('button', { name: 'Send the link again' }).click()
  await page.getByText('Sent.').waitFor()
})

it('can be answered again when the server failed, and loaded again', async () => {
  invite()
  const away = new ApiProblem(503, 'database.unavailable', 'The database cannot be reached')
  dashboard.state.fail('/api/invitations/invitation-1', away)
  const page = await open()
  await page.getByText('The invitation could not be loaded').waitFor()
  dashboard.state.heal('/api/invitations/invitation-1')
  await page.getByRole('button', { name: 'Try again' }).click()
  dashboard.state.fail('/api/invitations/invitation-1/accept', away, 1)
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('alert').getByText('The database cannot be reached').waitFor()
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('heading', { name: 'Sessions' }).waitFor()
})

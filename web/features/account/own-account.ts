import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { askAuth, codeOf } from '../identity/ask-auth.ts'

/** A way to sign in, as the identity library lists them. */
const SignInWays = z.array(
  z.object({ id: z.string(), providerId: z.string(), accountId: z.string(), createdAt: z.string() }),
)
export type SignInWay = z.infer<typeof SignInWays>[number]

/** A browser that is signed in, as the identity library lists them. */
const Browser = z.object({
  id: z.string(),
  token: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  ipAddress: z.string().nullish(),
  userAgent: z.string().nullish(),
})
export type Browser = z.infer<typeof Browser>
const Here = z.object({ session: z.object({ id: z.string() }) }).nullable()

export const signInWaysQuery = queryOptions({
  queryKey: ['own-account', 'sign-in-ways'],
  queryFn: async () => SignInWays.parse(await askAuth('list-accounts')),
  retry: false,
})

/** The signed-in browsers, this one first, then those that signed in last. */
export const browsersQuery = queryOptions({
  queryKey: ['own-account', 'browsers'],
  queryFn: async () => {
    const [listed, here] = await Promise.all([askAuth('list-sessions'), askAuth('get-session')])
    const hereId = Here.parse(here)?.session.id
    const browsers = Browser.array().parse(listed)
    const marked = browsers.map((browser) => ({ ...browser, isHere: browser.id === hereId }))
    return marked.sort((a, b) => Number(b.isHere) - Number(a.isHere) || b.createdAt.localeCompare(a.createdAt))
  },
  retry: false,
})

/** Whether the identity library wants a sign-in of the last 24 hours first. */
export function isStale(error: unknown): boolean {
  return codeOf(error) === 'SESSION_NOT_FRESH'
}

export async function changePassword(input: { currentPassword: string; newPassword: string }): Promise<void> {
  await askAuth('change-password', { ...input, revokeOtherSessions: true })
}

export async function endBrowser(token: string): Promise<void> {
  await askAuth('revoke-session', { token })
}

export async function endOtherBrowsers(): Promise<void> {
  await askAuth('revoke-other-sessions', {})
}

export async function disconnectSignIn(accountId: string): Promise<void> {
  await askAuth('unlink-account', { accountId })
}

const Leads = z.object({ url: z.url({ protocol: /^https$/ }) })

/** Where a person agrees at somebody else's; they come back to the profile. */
export async function startConnecting(provider: 'github' | 'google'): Promise<string> {
  const { href } = new URL('/settings/profile', location.origin)
  return Leads.parse(await askAuth('link-social', { provider, callbackURL: href, errorCallbackURL: href })).url
}

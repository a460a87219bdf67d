import { z } from 'zod'
import { askAuth, codeOf } from './ask-auth.ts'

/** Signs in. The session is a cookie that this page cannot read. */
export async function signIn(input: { email: string; password: string }): Promise<void> {
  await askAuth('sign-in/email', input)
}

/** Ends the session on the server. Throws when that did not happen: the person must not believe otherwise. */
export async function signOut(): Promise<void> {
  await askAuth('sign-out', {}).catch((error: unknown) => {
    if (codeOf(error) !== 'status_401') throw error
  })
}

const Leads = z.object({ url: z.url({ protocol: /^https$/ }) })

/** Where a person signs in at somebody else's, from where they come back to `next`, or to the sign-in with an error. */
export async function startSocialSignIn(provider: 'github' | 'google', next: string): Promise<string> {
  const refused = new URL('/sign-in', location.origin)
  refused.searchParams.set('next', next)
  const returns = { callbackURL: new URL(next, location.origin).href, errorCallbackURL: refused.href }
  return Leads.parse(await askAuth('sign-in/social', { provider, ...returns })).url
}

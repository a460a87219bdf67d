import { z } from 'zod'
import { fetchInTime } from '../../client.ts'

const Refusal = z.object({ message: z.string().optional(), detail: z.string().optional() })

const POST_JSON = { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' } }

/** Signs in; answers null, or in words why not. The session is a cookie that this page cannot read. */
export async function signIn(input: { email: string; password: string }): Promise<string | null> {
  let response: Response
  try {
    response = await fetchInTime('/api/auth/sign-in/email', { ...POST_JSON, body: JSON.stringify(input) })
  } catch {
    return 'The server cannot be reached. Check your connection and try again.'
  }
  if (response.ok) return null
  if (response.status === 401) return 'The email or the password is wrong.'
  if (response.status === 429) return 'Too many tries. Wait a few minutes, then try again.'
  if (response.status >= 500) return 'The server could not sign you in. Try again in a moment.'
  const refusal = Refusal.safeParse(await response.json().catch(() => null))
  return refusal.data?.message ?? refusal.data?.detail ?? 'The server refused to sign you in.'
}

/** Ends the session on the server. Throws when that did not happen: the person must not believe otherwise. */
export async function signOut(): Promise<void> {
  const response = await fetchInTime('/api/auth/sign-out', { ...POST_JSON, body: '{}' })
  if (!response.ok && response.status !== 401) throw new Error(`Sign-out was answered with ${response.status}`)
}

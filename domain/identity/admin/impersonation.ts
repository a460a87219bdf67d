import { z } from 'zod'
import type { Digest } from '#kernel/ports'
import type { AccessSettings } from '../ports.ts'

/** How long a super admin may see the product as somebody else without asking again (b6 §6.3). */
export const IMPERSONATION_HOURS = 24

const Claims = z.object({
  adminId: z.string(),
  userId: z.string(),
  organizationId: z.string(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
})
export type ImpersonationClaims = z.infer<typeof Claims>

type Needs = { digest: Digest; access: AccessSettings }

/** Sign-ins are signed with the same secret; the prefix keeps one signature from passing for the other. */
const signatureOf = (needs: Needs, payload: string) =>
  needs.digest.hmac(needs.access.signingSecret, `impersonation:${payload}`)

/** What stands in the cookie: the claims, and a signature that only this deployment can make. */
export async function sealImpersonation(needs: Needs, claims: ImpersonationClaims): Promise<string> {
  const payload = encodeURIComponent(JSON.stringify(claims))
  return `${payload}.${await signatureOf(needs, payload)}`
}

/** The claims of a cookie that was not tampered with and has not run out; null otherwise. */
export async function openImpersonation(needs: Needs, sealed: string, now: Date): Promise<ImpersonationClaims | null> {
  const at = sealed.lastIndexOf('.')
  if (at < 0) return null
  const payload = sealed.slice(0, at)
  if (!needs.digest.equal(sealed.slice(at + 1), await signatureOf(needs, payload))) return null
  try {
    const parsed = Claims.safeParse(JSON.parse(decodeURIComponent(payload)))
    return parsed.success && parsed.data.expiresAt > now.getTime() ? parsed.data : null
  } catch {
    return null
  }
}

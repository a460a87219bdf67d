import { randomUUID } from 'node:crypto'
import { type Database, queryRows } from '#kernel/database'
import type { Role } from '#schema/contracts/common'
import { sql } from 'drizzle-orm'

/** Anything that answers requests: `app.request`, or `fetch` with a base URL in front. */
export type Requester = (path: string, init?: RequestInit) => Response | Promise<Response>

export interface SignedIn {
  userId: string
  name: string
  email: string
  password: string
  /** The person's own organization, in which they are the owner. */
  organizationId: string
  /** For the Authorization header. */
  token: string
  /** For the Cookie header. */
  cookie: string
  /** Headers of a request with the token. */
  bearer: Record<string, string>
}

const PASSWORD = 'correct horse battery'

/** A `Set-Cookie` list as the `Cookie` header that a browser would send back. */
export const cookieHeader = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

/** Signs a new person up, over HTTP as the dashboard does. */
export async function signUp(request: Requester, name = 'Ann Lee'): Promise<SignedIn> {
  const email = `${randomUUID()}@people.example`
  const response = await request('/api/auth/sign-up/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, email, password: PASSWORD }),
  })
  if (response.status !== 200) throw new Error(`sign-up: ${response.status} ${await response.text()}`)
  const { user } = (await response.json()) as { user: { id: string } }
  const token = response.headers.get('set-auth-token') ?? ''
  const organizationId = `org_${user.id}`
  const bearer = { authorization: `Bearer ${token}` }
  const cookie = cookieHeader(response)
  return { userId: user.id, name, email, password: PASSWORD, organizationId, token, cookie, bearer }
}

/** Makes a person a member of an organization, in that role, as an accepted invitation would. */
export async function addMember(db: Database, member: { organizationId: string; userId: string; role: Role }) {
  await queryRows(
    db,
    sql`insert into members (id, organization_id, user_id, role)
        values (${randomUUID()}, ${member.organizationId}, ${member.userId}, ${member.role})`,
  )
}

import { z } from 'zod'
import type { Answer } from './api-answers.ts'
import type { ApiState } from './api-state.ts'
import { CURRENT_BROWSER } from './personal-state.ts'
import type { PersonalState } from './personal-state.ts'

const refused = (status: number, code: string, message: string): Answer => ({ status, body: { code, message } })

type AuthRoute = (personal: PersonalState, body: unknown) => Answer

const Token = z.object({ token: z.string() })
const Passwords = z.object({
  currentPassword: z.string(),
  newPassword: z.string(),
  revokeOtherSessions: z.boolean().optional(),
})

/** The identity library's routes about one's own account, in its own words; what each answers the tests of the API prove. */
const OWN_ACCOUNT: Record<string, AuthRoute> = {
  'get-session': ({ browsers, profile }) => {
    const session = browsers.find(({ id }) => id === CURRENT_BROWSER)
    return { status: 200, body: session === undefined ? null : { session, user: profile } }
  },
  'list-sessions': ({ browsers, isFresh }) => {
    return isFresh ? { status: 200, body: browsers } : refused(403, 'SESSION_NOT_FRESH', 'Session is not fresh')
  },
  'revoke-session': (personal, body) => {
    const { token } = Token.parse(body)
    personal.browsers = personal.browsers.filter((browser) => browser.token !== token)
    return { status: 200, body: { status: true } }
  },
  'revoke-other-sessions': (personal) => {
    personal.browsers = personal.browsers.filter(({ id }) => id === CURRENT_BROWSER)
    return { status: 200, body: { status: true } }
  },
  'list-accounts': ({ accounts }) => ({ status: 200, body: accounts }),
  'unlink-account': (personal, body) => {
    const { accountId } = z.object({ accountId: z.string() }).parse(body)
    if (!personal.isFresh) return refused(403, 'SESSION_NOT_FRESH', 'Session is not fresh')
    personal.accounts = personal.accounts.filter(({ id }) => id !== accountId)
    return { status: 200, body: { status: true } }
  },
  'link-social': (_, body) => {
    const { provider } = z.object({ provider: z.enum(['github', 'google']) }).parse(body)
    return { status: 200, body: { url: `https://${provider}.test/sign-in`, redirect: true } }
  },
  'change-password': (personal, body) => {
    const { currentPassword, newPassword, revokeOtherSessions } = Passwords.parse(body)
    if (currentPassword !== personal.password) return refused(400, 'INVALID_PASSWORD', 'Invalid password')
    personal.password = newPassword
    if (revokeOtherSessions) personal.browsers = personal.browsers.filter(({ id }) => id === CURRENT_BROWSER)
    return { status: 200, body: { token: null, user: personal.profile } }
  },
}

/** Answers a path below `/api/auth/` that is about the signed-in person's own account; null for the others. */
export function answerOwnAccount(state: ApiState, path: string, body: unknown): Answer | null {
  const route = OWN_ACCOUNT[path.slice('/api/auth/'.length)]
  if (route === undefined) return null
  const fault = state.takeFault(path)
  return fault === null ? route(state.personal, body) : { status: fault.status, body: fault.document }
}

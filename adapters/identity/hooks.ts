import { APIError } from 'better-auth/api'
import { openOrganization, Suspended } from '#domain/identity'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/database'
import { describeError } from '#kernel/errors'
import type { Ids } from '#kernel/ids'
import { accountLog } from './account-log.ts'
import { type AuthCall, presentCall } from './auth-call.ts'

export interface HookSettings extends AuthCall {
  clock: Clock
  ids: Ids
  /** How the organization is named that a person gets on the first sign-in. */
  organizationNameOf: (person: { name: string; email: string }) => string
}

/**
 * What happens beside the library's own rows. Everybody gets an organization when their account is made. The driver has no
 * transaction around the two, so whoever is left without one, because something broke off in between, gets it on the next
 * sign-in. There the suspended are refused too, whichever way they came.
 */
export function hooksOf(db: Database, settings: HookSettings) {
  const { clock, ids, organizationNameOf: nameOf } = settings
  const open = (userId: string) => openOrganization({ db }, { userId, nameOf })
  const log = accountLog(
    () => ({ db, clock, ids, ...presentCall(settings) }),
    (userId) => open(userId).catch(() => null),
  )
  const databaseHooks = {
    user: {
      create: {
        after: async ({ id }: { id: string }) => {
          // The account's password is stored after this: a failure here must not leave the person without one.
          await open(id).catch((error: unknown) =>
            presentCall(settings).log.warn('auth.organization_not_opened', { userId: id, error: describeError(error) }),
          )
        },
      },
    },
    session: {
      create: {
        before: async <Session extends { userId: string }>(session: Session) => {
          const activeOrganizationId = await open(session.userId).catch(refusedByLibrary)
          return { data: { ...session, activeOrganizationId } }
        },
        after: log.signedIn,
      },
      delete: { after: log.signInEnded },
    },
    account: {
      create: { before: withoutIdToken, after: log.linked },
      update: { before: withoutIdToken, after: log.accountChanged },
      delete: { after: log.unlinked },
    },
  }
  return { databaseHooks, onPasswordReset: ({ user }: { user: Parameters<typeof log.passwordReset>[0] }) => log.passwordReset(user) }
}

/** The library encrypts the other two tokens of an account and not this one, which nobody needs after the sign-in. */
const withoutIdToken = () => Promise.resolve({ data: { idToken: null } })

/** The library answers its own kind of error, and leads a browser that comes back from elsewhere to a page with it. */
function refusedByLibrary(error: unknown): never {
  if (!Suspended.is(error)) throw error
  throw new APIError('FORBIDDEN', { code: error.code, message: error.title })
}

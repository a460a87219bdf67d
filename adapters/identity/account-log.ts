import { type AuditNeeds, recordAudit } from '#domain/identity'
import { describeError } from '#kernel/errors'

interface Person {
  id: string
  name: string
  email: string
}
/** The library's route that is at work, as its hooks see it; null outside of a route. */
type Route = {
  path?: string | undefined
  context: { internalAdapter: { findUserById(id: string): Promise<Person | null> } }
} | null

type SignIn = { id: string; userId: string; userAgent?: unknown; activeOrganizationId?: unknown }
type Account = { id: string; userId: string; providerId: string }
interface Done {
  verb: 'create' | 'update' | 'delete'
  subject: { kind: string; id: string | null; label: string | null }
}

/** By these a person ends sign-ins. Elsewhere they go with a password, which has an entry, or run out. */
const ENDING = ['/sign-out', '/revoke-session', '/revoke-sessions', '/revoke-other-sessions']
const CHANGE_PASSWORD = '/change-password'

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const ofSignIn = (verb: Done['verb'], { id, userAgent }: SignIn): Done => {
  const label = textOf(userAgent)
  return { verb, subject: { kind: 'sign_in', id, label } }
}
const ofAccount = (verb: Done['verb'], { id, providerId: label }: Account): Done => {
  return { verb, subject: { kind: 'linked_account', id, label } }
}
const ofPassword = ({ email: label }: Person): Done => ({ verb: 'update', subject: { kind: 'password', id: null, label } })

/**
 * Writes down what people do to their own accounts by the identity library's routes. An entry stands in the organization
 * that the sign-in stands on, else in the one that `organizationOf` names. `needs` are those of the call that is being
 * answered. Nothing here throws: what an entry is about was done, and must not be answered as if it had failed.
 */
export function accountLog(needs: () => AuditNeeds, organizationOf: (userId: string) => Promise<string | null>) {
  const note = async (person: Person, done: Done, organizationId: string | null): Promise<void> => {
    const actor = { kind: 'user', id: person.id, name: person.name, organizationId } as const
    await recordAudit(needs(), { actor, ...done })
  }
  const noteOf = async (route: Route, userId: string, done: (person: Person) => Done, known?: string | null) => {
    const lost = (why: Record<string, unknown>) =>
      needs().log.error('audit.not_stored', { alert: true, userId, path: route?.path, ...why })
    try {
      const person = await route?.context.internalAdapter.findUserById(userId)
      if (!person) return lost({ reason: 'nobody has this id' })
      await note(person, done(person), known ?? (await organizationOf(userId)))
    } catch (error) {
      lost({ error: describeError(error) })
    }
  }
  return {
    async signedIn(signIn: SignIn, route: Route): Promise<void> {
      // A change of the password gives the browser at hand a new sign-in in place of the old one.
      if (route?.path === CHANGE_PASSWORD) return
      await noteOf(route, signIn.userId, () => ofSignIn('create', signIn), textOf(signIn.activeOrganizationId))
    },
    async signInEnded(signIn: SignIn, route: Route): Promise<void> {
      if (!ENDING.includes(route?.path ?? '')) return
      await noteOf(route, signIn.userId, () => ofSignIn('delete', signIn), textOf(signIn.activeOrganizationId))
    },
    async linked(account: Account, route: Route): Promise<void> {
      if (account.providerId === 'credential') return
      await noteOf(route, account.userId, () => ofAccount('create', account))
    },
    async unlinked(account: Account, route: Route): Promise<void> {
      await noteOf(route, account.userId, () => ofAccount('delete', account))
    },
    async accountChanged(account: Account, route: Route): Promise<void> {
      if (route?.path === CHANGE_PASSWORD) await noteOf(route, account.userId, ofPassword)
    },
    async passwordReset(person: Person): Promise<void> {
      await note(person, ofPassword(person), await organizationOf(person.id))
    },
  }
}

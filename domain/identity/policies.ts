import type { Role } from '#schema/contracts/common'
import type { Actor } from './actor.ts'
import { Forbidden } from './errors.ts'

/** Each role may do what the ones before it may. */
const LADDER: readonly Role[] = ['viewer', 'member', 'admin', 'owner']

/**
 * Who may do what: for each subject and verb, the lowest role that may (b6 §6.7). What is not in the table nobody may.
 */
const POLICIES = {
  repository: { read: 'viewer', create: 'member', update: 'admin' },
  repository_credential: { set: 'admin' },
  automation: { read: 'viewer', create: 'member' },
  trigger: { read: 'viewer', create: 'member' },
  webhook_endpoint: { read: 'viewer', create: 'admin' },
  delivery: { read: 'viewer' },
  run: { read: 'viewer', cancel: 'member' },
  session: { read: 'viewer', create: 'member', prompt: 'member', cancel: 'member' },
} as const satisfies Record<string, Record<string, Role>>

export type Subject = keyof typeof POLICIES
export type VerbOn<S extends Subject> = keyof (typeof POLICIES)[S] & string

/** Whether the actor may do `verb` to a `subject` of its own organization. The product itself may do everything. */
export function isAllowed<S extends Subject>(actor: Actor, verb: VerbOn<S>, subject: S): boolean {
  if (actor.kind === 'system') return true
  const lowest: Role | undefined = (POLICIES[subject] as Partial<Record<string, Role>>)[verb]
  return lowest !== undefined && LADDER.indexOf(actor.role) >= LADDER.indexOf(lowest)
}

/**
 * The check at the head of every use case that changes something: `authorize(actor, 'cancel', 'run')`.
 * Throws `auth.forbidden` naming the verb and the subject. Tenancy is not its matter: stores take the organization.
 */
export function authorize<S extends Subject>(actor: Actor, verb: VerbOn<S>, subject: S): void {
  if (isAllowed(actor, verb, subject)) return
  const noun = subject.replaceAll('_', ' ')
  throw Forbidden({ detail: `As ${actor.kind === 'user' ? actor.role : 'system'} you may not ${verb} a ${noun}` })
}

/**
 * The strongest of the roles that the identity library keeps as one comma-separated text; null when it names none we
 * know, which is to be treated like no membership.
 */
export function strongestRole(text: string): Role | null {
  const named = text.split(',').map((role) => role.trim())
  return LADDER.findLast((role) => named.includes(role)) ?? null
}

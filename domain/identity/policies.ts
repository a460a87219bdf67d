import type { Role } from '#schema/contracts/common'
import type { ApiKeyScope } from '#schema/contracts/scopes'
import type { Actor, UserActor } from './actor.ts'
import { Forbidden } from './errors.ts'

/** Each role may do what the ones before it may. */
const LADDER: readonly Role[] = ['viewer', 'member', 'admin', 'owner']

/** The lowest role that may; with `own`, one role for what the person made and another for what others made. */
type Rule = Role | { own: Role; others: Role }

interface Policy {
  /** How verbs on it are called outside: `sessions:create`. */
  noun: string
  /** The scope an API key needs, `:read` for verbs that read and `:write` for the rest; null: never by a key. */
  scope: Scope | null
  verbs: Record<string, Rule>
}
type Scope = ApiKeyScope extends `${infer Name}:${string}` ? Name : never

const OWN_OR_ADMIN = { own: 'member', others: 'admin' } as const

/**
 * Who may do what: for each subject and verb, the lowest role that may (b6 §6.7, c1 Roles). What is not in the table
 * nobody may. `read_content` of a session is its event log, its live socket and its diffs: viewers see lists and status
 * only.
 */
const POLICIES = {
  organization: {
    noun: 'organizations',
    scope: 'organization',
    verbs: { read: 'viewer', update: 'admin', delete: 'owner', transfer: 'owner' },
  },
  member: { noun: 'members', scope: 'organization', verbs: { read: 'viewer', update: 'owner', remove: 'owner' } },
  invitation: { noun: 'invitations', scope: null, verbs: { read: 'admin', create: 'admin', cancel: 'admin' } },
  api_key: { noun: 'api_keys', scope: null, verbs: { read: 'viewer', create: 'viewer', delete: 'viewer' } },
  repository: {
    noun: 'repositories',
    scope: 'repositories',
    verbs: { read: 'viewer', create: 'member', update: 'admin' },
  },
  repository_credential: { noun: 'repository_credentials', scope: null, verbs: { set: 'admin' } },
  automation: {
    noun: 'automations',
    scope: 'automations',
    verbs: { read: 'viewer', create: 'member', update: OWN_OR_ADMIN, delete: OWN_OR_ADMIN, run: 'member' },
  },
  trigger: {
    noun: 'triggers',
    scope: 'automations',
    verbs: { read: 'viewer', create: 'member', update: OWN_OR_ADMIN, delete: OWN_OR_ADMIN, test: 'member' },
  },
  integration: {
    noun: 'integrations',
    scope: 'integrations',
    verbs: { read: 'viewer', create: 'admin', update: 'admin', delete: 'admin' },
  },
  webhook_endpoint: {
    noun: 'webhook_endpoints',
    scope: 'webhooks',
    verbs: { read: 'viewer', create: 'admin', rotate: 'admin' },
  },
  delivery: { noun: 'deliveries', scope: 'webhooks', verbs: { read: 'viewer', replay: 'admin' } },
  run: { noun: 'runs', scope: 'runs', verbs: { read: 'viewer', cancel: OWN_OR_ADMIN } },
  session: {
    noun: 'sessions',
    scope: 'sessions',
    verbs: { read: 'viewer', read_content: 'member', create: 'member', prompt: 'member', cancel: OWN_OR_ADMIN },
  },
  audit_log: { noun: 'audit', scope: null, verbs: { read: 'admin' } },
} as const satisfies Record<string, Policy>

export type SubjectType = keyof typeof POLICIES
export type VerbOn<S extends SubjectType> = keyof (typeof POLICIES)[S]['verbs'] & string

/** What is acted on: a type of thing, or one thing with the person who made it, where that decides. */
export type Subject<S extends SubjectType> = S | { type: S; createdBy: string | null }

const typeOf = <S extends SubjectType>(subject: Subject<S>): S => (typeof subject === 'string' ? subject : subject.type)

/**
 * Whether the actor may do `verb` to a `subject` of its own organization; the one function that decides, for routes,
 * sockets and the dashboard alike. Without the maker of the subject the answer is for somebody else's. The product
 * itself may do everything, a suspended person nothing.
 */
export function can<S extends SubjectType>(actor: Actor, verb: VerbOn<S>, subject: Subject<S>): boolean {
  if (actor.kind === 'system') return true
  const policy: Policy = POLICIES[typeOf(subject)]
  const rule = Object.hasOwn(policy.verbs, verb) ? policy.verbs[verb] : undefined
  if (rule === undefined || actor.suspended === true || !isInScope(actor, verb, policy)) return false
  const isOwn = typeof subject !== 'string' && subject.createdBy === actor.userId
  return isAtLeast(actor.role, lowestOf(rule, isOwn))
}

const lowestOf = (rule: Rule, isOwn: boolean): Role => {
  if (typeof rule === 'string') return rule
  return isOwn ? rule.own : rule.others
}

const isAtLeast = (role: Role, lowest: Role) => LADDER.indexOf(role) >= LADDER.indexOf(lowest)

function isInScope({ apiKey }: UserActor, verb: string, { scope }: Policy): boolean {
  if (!apiKey) return true
  if (scope === null) return false
  const held: readonly string[] = apiKey.scopes
  return held.includes(`${scope}:write`) || (verb.startsWith('read') && held.includes(`${scope}:read`))
}

/**
 * The check at the head of every use case: `authorize(actor, 'cancel', 'run')`. Throws `auth.forbidden` naming the verb
 * and the subject. Tenancy is not its matter: stores take the organization.
 */
export function authorize<S extends SubjectType>(actor: Actor, verb: VerbOn<S>, subject: Subject<S>): void {
  if (can(actor, verb, subject)) return
  throw Forbidden({ detail: refusalOf(actor, verb, typeOf(subject)) })
}

function refusalOf(actor: Actor, verb: string, subject: SubjectType): string {
  const what = `${verb.replaceAll('_', ' ')} a ${subject.replaceAll('_', ' ')}`
  if (actor.kind === 'system') return `The product may not ${what}`
  if (actor.suspended) return 'You are suspended'
  const policy: Policy = POLICIES[subject]
  if (!isInScope(actor, verb, policy)) return `This API key has no scope to ${what}`
  return `As ${actor.role} you may not ${what}`
}

/**
 * Everything the actor may do, as the dashboard asks for it: `sessions:create`; `automations:update_own` when only what
 * the person made itself.
 */
export function verbsOf(actor: Actor): string[] {
  const entries = Object.entries(POLICIES) as [SubjectType, Policy][]
  return entries.flatMap(([type, { noun, verbs }]) =>
    Object.keys(verbs).flatMap((verb) => {
      if (can(actor, verb as never, type)) return [`${noun}:${verb}`]
      const own = { type, createdBy: actor.kind === 'user' ? actor.userId : null }
      return can(actor, verb as never, own) ? [`${noun}:${verb}_own`] : []
    }),
  )
}

/**
 * The strongest of the roles that the identity library keeps as one comma-separated text; null when it names none we
 * know, which is to be treated like no membership.
 */
export function strongestRole(text: string): Role | null {
  const named = text.split(',').map((role) => role.trim())
  return LADDER.findLast((role) => named.includes(role)) ?? null
}

import { storableJson } from '#kernel/json'
import type { Kernel } from '#kernel/needs'
import type { Origin } from '#kernel/origin'
import { redact } from '#kernel/redact'
import type { Actor } from '../actor.ts'

/** Where an entry happened and who is behind it, when that is no `Actor`: somebody without an organization, an admin. */
export interface AuditActor {
  kind: 'user' | 'api_key' | 'system'
  /** The person's id; null for the product itself. */
  id: string | null
  name: string
  apiKeyId?: string | null
  /** Id of the super admin who acted as this person. */
  impersonatedBy?: string | null
  /** Null for what concerns the deployment and no organization. */
  organizationId: string | null
}

/** One thing that was done. Verbs and kinds are those of the policies: `create` a `repository`, `remove` a `member`. */
export interface AuditEntry {
  actor: Actor | AuditActor
  verb: string
  /** `label` is what people call it: a name, a title, an address. Never a secret. */
  subject: { kind: string; id: string | null; label: string | null }
  /** What it was and what it is now, or the part that changed; redacted here. */
  before?: Record<string, unknown> | null
  after?: Record<string, unknown> | null
}

export type AuditNeeds = Pick<Kernel, 'db' | 'clock' | 'ids' | 'log' | 'origin'>

/** An entry as it is stored. */
export interface AuditRow {
  id: string
  organizationId: string | null
  actorKind: AuditActor['kind']
  actorId: string | null
  apiKeyId: string | null
  actorName: string
  impersonatedBy: string | null
  verb: string
  subjectKind: string
  subjectId: string | null
  subjectLabel: string | null
  ip: string | null
  userAgent: string | null
  requestId: string | null
  traceId: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  at: Date
}

/** Before and after are for people to read: long texts are cut, and a list says how many more there were. */
const STATE_BOUNDS = { text: 1_000, items: 50, depth: 5 }
export const LABEL_CHARACTERS = 200
/** The product's own work is asked for by nobody. */
const NOWHERE: Origin = { ip: null, userAgent: null, requestId: null, traceId: null }
const USER_AGENT_CHARACTERS = 300

/** The row of an entry: stamped, with where the request came from, and without secrets. */
export function auditRowOf(needs: Pick<AuditNeeds, 'clock' | 'ids' | 'origin'>, entry: AuditEntry): AuditRow {
  const actor = 'id' in entry.actor ? entry.actor : actorOf(entry.actor)
  const { ip, userAgent, requestId, traceId } = needs.origin ?? NOWHERE
  return {
    id: needs.ids.next(),
    organizationId: actor.organizationId,
    actorKind: actor.kind,
    actorId: actor.id,
    apiKeyId: actor.apiKeyId ?? null,
    actorName: cut(actor.name, LABEL_CHARACTERS) ?? '',
    impersonatedBy: actor.impersonatedBy ?? null,
    verb: entry.verb,
    subjectKind: entry.subject.kind,
    subjectId: entry.subject.id,
    subjectLabel: cut(entry.subject.label, LABEL_CHARACTERS),
    ip,
    userAgent: cut(userAgent, USER_AGENT_CHARACTERS),
    requestId,
    traceId,
    before: stateOf(entry.before),
    after: stateOf(entry.after),
    at: needs.clock.now(),
  }
}

function actorOf(actor: Actor): AuditActor {
  if (actor.kind === 'system') return { kind: 'system', id: null, name: 'Proliferate', organizationId: actor.organizationId }
  const { userId: id, userName: name, organizationId, apiKey, impersonatedBy = null } = actor
  const kind = apiKey ? 'api_key' : 'user'
  return { kind, id, name, apiKeyId: apiKey?.id ?? null, impersonatedBy, organizationId }
}

function stateOf(state: Record<string, unknown> | null | undefined): Record<string, unknown> | null {
  if (!state) return null
  return storableJson(redact(state, STATE_BOUNDS) as Record<string, unknown>)
}

const cut = (text: string | null, most: number): string | null =>
  text === null ? null : storableJson(text.length > most ? `${text.slice(0, most - 1)}…` : text)

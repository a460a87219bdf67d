import type { AuditRow } from '#domain/identity'
import type { ModelGateway } from '#domain/llm'
import { ConfigurationNotFound } from '#domain/repositories'
import type { SandboxProvider } from '#domain/sandboxes'
import type { Kernel } from '#kernel/needs'
import type { ClientType, Session, SessionType } from '#schema/contracts/sessions'
import type { SessionQuota } from './ports.ts'
import { reserveSession } from './reserve-session.ts'
import { sessionView } from './session.view.ts'
import {
  findSessionRow,
  findSessionRowByKey,
  insertSession,
  type NewSession,
  type SessionRow,
} from './sessions.store.ts'

export type CreateSessionNeeds = Pick<Kernel, 'db' | 'clock' | 'ids'> & {
  models: Pick<ModelGateway, 'defaultModelId'>
  sandboxes: Pick<SandboxProvider, 'name'>
  sessionQuota: SessionQuota
}

export interface SessionWish {
  organizationId: string
  configurationId: string
  /** `coding` unless given. */
  sessionType?: SessionType
  clientType: ClientType
  title: string
  /** The deployment's default model unless given. */
  modelId?: string | null | undefined
  createdBy?: string | null
  initialPrompt?: string | null | undefined
  /** Branch that the work is pushed to; one named after the session unless given. */
  branch?: string | undefined
  run?: { runId: string; automationId: string; triggerEventId: string } | undefined
  /** The same key within an organization gives the session that it made first. */
  idempotencyKey?: string | null | undefined
  /** The entry of a person who starts it, written exactly when the row is. */
  audit?: AuditRow
}

/** The branch of a session that no automation named. */
export function defaultBranch(sessionId: string): string {
  return `proliferate/session-${sessionId.slice(-8)}`
}

/**
 * The one way to make a session: its row, which is all that exists until the session's object is opened and prompted.
 * Its slot is reserved before, so that a crash between leaves at worst a reservation, which lapses.
 * Throws `configuration.not_found`, also for another organization's configuration, and `quota.sessions_exhausted`.
 */
export async function createSession(
  needs: CreateSessionNeeds,
  wish: SessionWish,
): Promise<{ session: Session; modelId: string; created: boolean }> {
  const known = await findKnown(needs, wish)
  if (known) return madeOf(needs, known, false)
  const session = newSession(needs, wish)
  const { organizationId } = wish
  const slot = { organizationId, key: wish.idempotencyKey ?? session.id }
  await reserveSession(needs, slot)
  const created = await insertSession(needs.db, session)
  const row = created
    ? await findSessionRow(needs.db, { organizationId, sessionId: session.id })
    : await findKnown(needs, wish)
  if (!row) {
    await needs.sessionQuota.drop(slot)
    throw ConfigurationNotFound()
  }
  await needs.sessionQuota.settle({ ...slot, sessionId: row.id })
  return madeOf(needs, row, created)
}

/** The session that the same key made before. */
async function findKnown(
  needs: CreateSessionNeeds,
  { organizationId, idempotencyKey }: SessionWish,
): Promise<SessionRow | null> {
  return idempotencyKey ? findSessionRowByKey(needs.db, { organizationId, idempotencyKey }) : null
}

const madeOf = (needs: CreateSessionNeeds, row: SessionRow, created: boolean) => ({
  session: sessionView(row),
  modelId: row.modelId ?? needs.models.defaultModelId,
  created,
})

function newSession(needs: CreateSessionNeeds, wish: SessionWish): NewSession {
  const { run, branch, idempotencyKey = null, createdBy = null, initialPrompt = null, sessionType = 'coding' } = wish
  const id = needs.ids.next()
  return {
    id,
    organizationId: wish.organizationId,
    createdBy,
    configurationId: wish.configurationId,
    sessionType,
    clientType: wish.clientType,
    title: wish.title,
    modelId: wish.modelId ?? needs.models.defaultModelId,
    initialPrompt,
    branch: branch ?? defaultBranch(id),
    ...idsOf(run),
    idempotencyKey,
    sandboxProvider: needs.sandboxes.name,
    now: needs.clock.now(),
    audit: wish.audit ?? null,
  }
}

function idsOf(run: SessionWish['run']): Pick<NewSession, 'automationId' | 'runId' | 'triggerEventId'> {
  return run ?? { automationId: null, runId: null, triggerEventId: null }
}

import type { ModelGateway } from '#domain/llm'
import { ConfigurationNotFound } from '#domain/repositories'
import type { SandboxProvider } from '#domain/sandboxes'
import type { Kernel } from '#kernel/needs'
import type { ClientType, Session, SessionType } from '#schema/contracts/sessions'
import { sessionView } from './session.view.ts'
import { findSessionRow, findSessionRowByKey, insertSession } from './sessions.store.ts'

export type CreateSessionNeeds = Pick<Kernel, 'db' | 'clock' | 'ids'> & {
  models: Pick<ModelGateway, 'defaultModelId'>
  sandboxes: Pick<SandboxProvider, 'name'>
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
}

/** The branch of a session that no automation named. */
export function defaultBranch(sessionId: string): string {
  return `proliferate/session-${sessionId.slice(-8)}`
}

/**
 * The one way to make a session: its row, which is all that exists until the session's object is opened and prompted.
 * Throws `configuration.not_found`, also for another organization's configuration.
 */
export async function createSession(
  needs: CreateSessionNeeds,
  wish: SessionWish,
): Promise<{ session: Session; modelId: string; created: boolean }> {
  const id = needs.ids.next()
  const idempotencyKey = wish.idempotencyKey ?? null
  const created = await insertSession(needs.db, {
    id,
    organizationId: wish.organizationId,
    createdBy: wish.createdBy ?? null,
    configurationId: wish.configurationId,
    sessionType: wish.sessionType ?? 'coding',
    clientType: wish.clientType,
    title: wish.title,
    modelId: wish.modelId ?? needs.models.defaultModelId,
    initialPrompt: wish.initialPrompt ?? null,
    branch: wish.branch ?? defaultBranch(id),
    automationId: wish.run?.automationId ?? null,
    runId: wish.run?.runId ?? null,
    triggerEventId: wish.run?.triggerEventId ?? null,
    idempotencyKey,
    sandboxProvider: needs.sandboxes.name,
    now: needs.clock.now(),
  })
  const { organizationId } = wish
  const row = created
    ? await findSessionRow(needs.db, { organizationId, sessionId: id })
    : idempotencyKey === null
      ? null
      : await findSessionRowByKey(needs.db, { organizationId, idempotencyKey })
  if (!row) throw ConfigurationNotFound()
  return { session: sessionView(row), modelId: row.modelId ?? needs.models.defaultModelId, created }
}

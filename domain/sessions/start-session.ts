import { type AuditNeeds, auditRowOf, authorize, type UserActor } from '#domain/identity'
import { type ModelGateway, ModelNotFound } from '#domain/llm'
import { traceIdOf } from '#kernel/trace'
import type { CreateSession, Session } from '#schema/contracts/sessions'
import { callerKeyOf } from './caller-key.ts'
import { createSession, type CreateSessionNeeds, defaultBranch } from './create-session.ts'
import type { SessionObjects } from './ports.ts'
import { authorOf } from './prompt-session.ts'

type Needs = CreateSessionNeeds & AuditNeeds & {
  sessionObjects: SessionObjects
  models: Pick<ModelGateway, 'defaultModelId' | 'describe'>
}

const TITLE_CHARACTERS = 80

/**
 * Starts a person's session: the row, its object, and the first prompt when there is one. The same idempotency key
 * gives the same session and no second prompt, also when an earlier try stopped half-way. Throws `auth.forbidden`,
 * `model.not_found`, `configuration.not_found` and `session.unreachable`.
 */
export async function startSession(
  needs: Needs,
  input: { actor: UserActor; body: CreateSession; idempotencyKey: string | null },
): Promise<{ session: Session; created: boolean }> {
  const { actor, body } = input
  authorize(actor, 'create', 'session')
  if (body.modelId !== undefined && !needs.models.describe(body.modelId)) throw ModelNotFound({ detail: body.modelId })
  const { configurationId } = body
  const title = body.title ?? titleOf(body.initialPrompt)
  const wantedModel = body.modelId ?? needs.models.defaultModelId
  const { session, modelId, created } = await createSession(needs, {
    organizationId: actor.organizationId,
    configurationId,
    clientType: 'web',
    title,
    modelId: wantedModel,
    createdBy: actor.userId,
    initialPrompt: body.initialPrompt,
    idempotencyKey: input.idempotencyKey === null ? null : callerKeyOf(actor, input.idempotencyKey),
    audit: auditRowOf(needs, {
      actor,
      verb: 'create',
      subject: { kind: 'session', id: null, label: title },
      after: { configurationId, modelId: wantedModel },
    }),
  })
  const object = needs.sessionObjects.get(session.id)
  await object.open({
    sessionId: session.id,
    organizationId: actor.organizationId,
    configurationId: session.configurationId ?? configurationId,
    sessionType: session.sessionType,
    clientType: session.clientType,
    title: session.title,
    modelId,
    run: null,
    branch: session.branch ?? defaultBranch(session.id),
    instructions: '',
    files: [],
    traceId: needs.origin?.traceId ?? traceIdOf(session.id),
  })
  if (body.initialPrompt !== undefined) {
    await object.prompt({
      idempotencyKey: `session:${session.id}:initial`,
      text: body.initialPrompt,
      author: authorOf(actor),
    })
  }
  return { session, created }
}

/** A session without a title is called after the first line of what it is asked. */
function titleOf(prompt: string | undefined): string {
  const line = prompt?.trim().split('\n', 1)[0]?.trim() ?? ''
  if (line === '') return 'Untitled session'
  return line.length > TITLE_CHARACTERS ? `${line.slice(0, TITLE_CHARACTERS - 1).trimEnd()}…` : line
}
